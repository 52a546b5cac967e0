"""Every form sent empty: refused with a summary that leads to the fields, what was typed kept, never an error page."""

from typing import Final

from playwright.sync_api import Browser, Page, Response

from benchmarks.faces.asking import Finding, Look, ask
from benchmarks.faces.clinic import Place
from benchmarks.faces.people import Person, signed_in
from benchmarks.faces.walking import Found
from tests.browser.pages import watch

LOOK: Final = Look(320, "light")
# Forms with something to fill in; a button alone is a deed, not a form.
FILLED_IN: Final = """
() => [...document.querySelectorAll("main form")]
  .map((form, number) => [form, number])
  .filter(([form]) => form.method === "post"
    && form.querySelector("input:not([type=hidden]):not([type=submit]), select, textarea"))
  .map(([, number]) => number)
"""
SEND_EMPTY: Final = """
(number) => {
  const form = document.querySelectorAll("main form")[number];
  form.noValidate = true;
  for (const field of form.elements) {
    if (field.type === "hidden" || field.type === "submit") continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = false;
    else if (field.tagName !== "BUTTON") field.value = "";
  }
  const button = form.querySelector("button:not([type=button]), input[type=submit]");
  form.requestSubmit(button || undefined);
}
"""


def send_empty(browser: Browser, place: Place, person: Person, pages: list[Found]) -> list[Finding]:
    """What is wrong with the pages that come back."""
    found: list[Finding] = []
    with signed_in(browser, place, person, LOOK) as page:
        for each in pages:
            page.goto(place.url + each.path)
            for number in page.evaluate(FILLED_IN):
                page.goto(place.url + each.path)
                watch(page, place.url)
                found += _send(page, number, each, person)
    return found


def _send(page: Page, number: int, each: Found, person: Person) -> list[Finding]:
    with page.expect_navigation() as navigation:
        page.evaluate(SEND_EMPTY, number)
    answer: Response | None = navigation.value
    page.wait_for_load_state()
    status = answer.status if answer else 0
    if status >= 500 or status in {0, 400, 403, 404}:
        return [Finding(person.name, each.pattern, LOOK, f"form {number} sent empty is answered {status}")]
    wrong = ask(page, each, LOOK, f"{person.name}, form {number} sent empty", refused=status == 422)
    if status == 422 and not page.locator("[data-error-summary]").count():
        wrong.append(Finding(person.name, each.pattern, LOOK, f"form {number} is refused without a summary"))
    return wrong
