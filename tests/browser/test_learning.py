"""The cards, a question answered otherwise, the card again, the signature: on a small phone, without scripts."""

import pytest
from playwright.sync_api import Page, expect

from monitoring.education.models import EducationAgreement, TeachBackAnswer
from monitoring.education.rules import current_edition
from monitoring.notes.models import Note
from monitoring.people.models import Patient, User
from tests.browser.conftest import NewPage
from tests.browser.pages import seen
from tests.today import clinic, now

__all__ = ["clinic", "now"]  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
EDITION = current_edition()


def read_the_cards(page: Page) -> None:
    for number, card in enumerate(EDITION.cards, start=1):
        expect(page.get_by_role("heading", level=1)).to_have_text(card.title)
        if number == 1:
            seen(page, "learn_card", javascript=False)
        page.get_by_role("button", name="I have read this").click()


def answer(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).click()


def test_a_patient_learns_and_signs(new_page: NewPage, patient: Patient) -> None:
    page = new_page(user=patient.user, width=390, javascript=False)
    page.goto("/me/")
    page.get_by_role("link", name="Read them now").click()
    seen(page, "learn", javascript=False)
    page.get_by_role("link", name="Start").click()
    read_the_cards(page)
    # when: the first question is answered otherwise
    seen(page, "learn_question", javascript=False)
    answer(page, "I drive, but slowly")
    # then: the card once more, and no word of blame
    expect(page.get_by_role("heading", level=1)).to_have_text("Driving and machines")
    expect(page.get_by_text("Let us look at this card once more.")).to_be_visible()
    seen(page, "learn_again", javascript=False)
    page.get_by_role("link", name="Try the question again").click()
    for question in EDITION.questions:
        answer(page, question.options[question.right])
    # and: a signature needs its tick
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    seen(page, "learn_unsigned", javascript=False)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    seen(page, "learn_signed", javascript=False)
    assert EducationAgreement.objects.get().version == EDITION.version
    assert TeachBackAnswer.objects.count() == len(EDITION.questions)


def test_the_sheet_is_one_side_of_paper(new_page: NewPage, patient: Patient) -> None:
    page = new_page(user=patient.user, width=390, javascript=False)
    page.goto("/me/learn/print/")
    seen(page, "learn_print", javascript=False)
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("width", [320, 1280])
def test_the_team_reads_and_notes(new_page: NewPage, patient: Patient, clinician: User, width: int) -> None:
    page = new_page(user=clinician, width=width, scheme="dark" if width == 320 else "light")
    root = f"/patients/{patient.pk}/"
    for path, name in (
        ("/education/", "education"), ("/education/texts/", "education_texts"), (f"{root}education/", "record"),
        (f"{root}education/read-out/", "read_out"), (f"{root}education/sheet/", "sheet"), (f"{root}access/", "access"),
    ):  # fmt: skip
        page.goto(path)
        seen(page, f"learn_{name}_{width}")
    page.goto(f"{root}notes/")
    page.get_by_label("Note", exact=True).fill("Averylongwordwithoutanyplacetobreakit" * 5)
    page.get_by_role("button", name="Add note").click()
    page.get_by_role("link", name="Correct").first.click()
    seen(page, f"note_correct_{width}")
    page.get_by_label("Note", exact=True).fill("Sleeps well.\nWalks again.")
    page.get_by_role("button", name="Save the correction").click()
    seen(page, f"notes_{width}")
    assert Note.objects.standing().count() == 1
