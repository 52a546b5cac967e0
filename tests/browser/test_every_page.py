"""Every page that a person reaches by links: accessible, inside its window, silent, and its forms refuse with a reason.

All are opened; a fixed share of them is looked at closely, one look each and another one for the next.
`python -m benchmarks faces` sees every page in every look.
"""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser

from benchmarks.faces import LOOKS, forms, look_at
from benchmarks.faces.asking import gathered
from benchmarks.faces.clinic import Place
from benchmarks.faces.people import PEOPLE
from benchmarks.faces.walking import pages_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PASSWORD = "a password for the demo"
# Asking a page takes seconds, and there are two hundred.
SHARE = 6
FACES = {"the patient's face": {"anonymous", "patient", "carer"}, "the staff's": {"clinician", "stranger", "admin"}}


@pytest.fixture
def place(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The demo clinic, small."""
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    call_command("seed_demo", patients=3, days=14, verbosity=0, stdout=StringIO())
    return Place(live_server.url, PASSWORD)


@pytest.mark.parametrize("face", FACES)
def test_every_page_is_in_order(browser: Browser, place: Place, face: str) -> None:
    found = []
    for person in PEOPLE:
        if person.name not in FACES[face]:
            continue
        pages = pages_of(browser, place, person, most=1)
        assert pages, f"{person.name} reaches no page"
        chosen = pages[::SHARE]
        for number, look in enumerate(LOOKS):
            found += look_at(browser, place, person, chosen[number :: len(LOOKS)], [look])
        found += forms.send_empty(browser, place, person, chosen)
    assert gathered(found) == {}
