"""Whatever is typed into any form of any page, the answer is a page: never a fault, never what was typed as markup."""

import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from monitoring.people.models import User
from tests.monitoring.everything import ALL, address
from tests.monitoring.routes import ROUTES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]

MARKUP = "<script>alert(1)</script>\"'><b onmouseover=alert(2)>"
VALUES = {
    "markup": f"{MARKUP}\u202e\u0645\u062d\u0645\u062f",
    "nul": "a\0b",
    "long": "9" * 5000,
    "no number": "NaN",
}
LEFT_OUT = ("/logout/", "/login/")  # signing out ends the walk; the sign-in page counts tries


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)


class FormReader(HTMLParser):
    """The forms of a page with what they would send."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.forms = url, list[Form]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action") or self.url, given.get("method", "get").lower()))
        elif tag in {"input", "textarea", "select", "button"} and self.forms and given.get("name"):
            form = self.forms[-1]
            form.fields.setdefault(given["name"], []).append(given.get("value", ""))
            if tag != "button" and given["name"] != "csrfmiddlewaretoken":
                form.typed.add(given["name"])


def forms_of(client: Client, url: str) -> list[Form]:
    page = client.get(url)
    if page.status_code != 200 or "text/html" not in page["Content-Type"]:
        return []
    reader = FormReader(url)
    reader.feed(page.text)
    return [form for form in reader.forms if form.typed and form.action not in LEFT_OUT]


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def every_form(client: Client, ids: dict[str, dict[str, uuid.UUID]]) -> list[tuple[str, Form]]:
    """Each form that this person is shown, and where; the same form on another page does not know where it stood."""
    found = dict[tuple[str, ...], tuple[str, Form]]()
    for name, row in ROUTES.items():
        if row.method != "GET" or name.partition(" ")[0] not in ALL or name.startswith("api"):
            continue
        url = address(name, ids)
        for form in forms_of(client, url):
            found.setdefault((form.action, form.method, *sorted(form.fields)), (url, form))
    return list(found.values())


def fault_of(client: Client, form: Form, value: str) -> str:
    """What is wrong with the answer to this form when every field holds `value`; "" is well."""
    # A form of very many fields is kept below what the door takes at all: the answer shall be the form's.
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (2 * len(form.fields))
    sent = {name: value[:most] if name in form.typed else held[0] for name, held in form.fields.items()}
    page = client.post(form.action, sent) if form.method == "post" else client.get(form.action, sent)
    if page.status_code >= 500:
        return f"{page.status_code}"
    if page.streaming or "text/html" not in page.get("Content-Type", ""):
        return ""
    if MARKUP in page.text or "<script>alert" in page.text:
        return "shown as markup"
    if page.status_code == 422 and 'class="error-summary"' not in page.text:
        return "422 without an error summary"
    if page.status_code == 422 and "<title>Error: " not in page.text:
        return "422 without its title"
    return "" if page.status_code in {200, 302, 403, 404, 409, 422} else f"answered {page.status_code}"


@pytest.mark.parametrize("who", ["patient_user", "clinician", "admin"])
def test_no_form_breaks(ids: dict[str, dict[str, uuid.UUID]], request: pytest.FixtureRequest, who: str) -> None:
    user = request.getfixturevalue(who)
    found, faults = every_form(signed_in(user), ids), {}
    for kind, value in VALUES.items():
        with transaction.atomic():  # what one kind leaves behind meets the rest of its own walk alone
            client = signed_in(user)
            for url, form in found:
                if fault := fault_of(client, form, value):
                    faults[f"{kind}: {url} → {form.action} {sorted(form.typed)}"] = fault
            transaction.set_rollback(True)
    assert faults == {}
    assert len(found) > 3
