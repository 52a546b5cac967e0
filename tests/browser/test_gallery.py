"""Every component, seen by a browser: light and dark, phone and desk, right to left, big text, no script."""

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.pages import assert_page_ok, overflow

GALLERIES = ["/_ui/", "/_ui/patient/?chosen=2"]


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (320, "dark"),
        (390, "light"),
        (1280, "dark"),
        *(
            pytest.param(width, scheme, marks=pytest.mark.thorough)
            for width, scheme in ((320, "light"), (390, "dark"), (1280, "light"))
        ),
    ],
)
def test_components_pass_at_every_size_and_scheme(new_page: NewPage, width: int, scheme: str) -> None:
    page = new_page(width=width, scheme=scheme)
    for address in GALLERIES:
        page.goto(address)
        assert_page_ok(page)


@pytest.mark.parametrize("address", GALLERIES)
def test_nothing_overflows_right_to_left_or_with_big_spaced_text(new_page: NewPage, address: str) -> None:
    page = new_page(width=320)
    page.goto(address)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert overflow(page) <= 0
    page.evaluate("document.documentElement.dir = 'ltr'")
    # WCAG 1.4.12, through the object model, which a strict policy allows.
    page.evaluate("""
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; "
          + "word-spacing: .16em !important } p { margin-block-end: 2em !important }");
        document.adoptedStyleSheets = [sheet];
    """)
    assert overflow(page) <= 0


@pytest.mark.parametrize("address", GALLERIES)
def test_nothing_overflows_when_a_translation_is_longer(new_page: NewPage, address: str) -> None:
    page = new_page(width=320)
    page.goto(address)
    page.evaluate("""
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const text = walker.currentNode.data;
          walker.currentNode.data = text.replace(/[A-Za-z]{4,}/g, (word) => word + word.slice(0, word.length * 0.4));
        }
    """)
    assert overflow(page) <= 0


@pytest.mark.parametrize("address", GALLERIES)
def test_nothing_overflows_at_twice_the_text_size(new_page: NewPage, address: str) -> None:
    page = new_page(width=640)
    page.goto(address)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow(page) <= 0


def test_an_invalid_form_names_its_errors_and_leads_to_the_fields(page: Page) -> None:
    page.goto("/_ui/")
    with page.expect_navigation() as sent:
        page.get_by_role("button", name="Go ahead with this reason").click()
    assert sent.value.status == 422
    expect(page).to_have_title("Error: Component gallery – Evenkeel")
    expect(page.locator(".error-summary")).to_be_focused()
    assert_page_ok(page, expected_status_noise=True)

    page.locator(".error-summary").get_by_role("link", name="Medicine").click()
    medicine = page.get_by_label("Medicine")
    expect(medicine).to_be_focused()
    expect(medicine).to_have_attribute("aria-invalid", "true")
    expect(medicine).to_have_accessible_description("Generic or brand name. Error: This field is required.")

    page.locator(".error-summary").get_by_role("link", name="Why do you go ahead?").click()
    expect(page.get_by_role("radio").first).to_be_focused()


def test_values_are_kept_when_a_form_comes_back(page: Page) -> None:
    page.goto("/_ui/")
    page.get_by_label("Medicine").fill("<b>baclofen</b>")
    with page.expect_navigation():
        page.get_by_role("button", name="Go ahead with this reason").click()
    expect(page.get_by_label("Medicine")).to_have_value("<b>baclofen</b>")


def test_the_first_tab_stop_skips_to_the_content(page: Page) -> None:
    page.goto("/_ui/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_focus_is_never_hidden_under_the_patient_banner(new_page: NewPage) -> None:
    page = new_page(width=390, height=700)
    page.goto("/_ui/")
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        hidden = page.evaluate("""() => {
            const focused = document.activeElement, banner = document.querySelector(".banner");
            if (focused === document.body || !focused.closest("main")) return false;
            const box = focused.getBoundingClientRect();
            return box.bottom <= banner.getBoundingClientRect().bottom && box.bottom > 0;
        }""")
        assert not hidden, page.evaluate("document.activeElement.outerHTML")


def test_the_patient_banner_stays_in_view_but_not_on_a_short_window(new_page: NewPage) -> None:
    tall = new_page(height=900)
    tall.goto("/_ui/")
    tall.mouse.wheel(0, 900)
    expect(tall.locator(".banner")).to_be_in_viewport()
    short = new_page(height=400)
    short.goto("/_ui/")
    short.mouse.wheel(0, 900)
    expect(short.locator(".banner")).not_to_be_in_viewport()


def test_answers_are_at_least_56_px_and_8_px_apart(new_page: NewPage) -> None:
    page = new_page(width=320)
    page.goto("/_ui/patient/")
    boxes = [answer.bounding_box() for answer in page.locator(".answer").all()]
    assert len(boxes) == 5
    assert all(box is not None and box["height"] >= 56 for box in boxes)
    assert all(below["y"] - (above["y"] + above["height"]) >= 8 for above, below in pairwise(boxes) if above and below)


def test_paper_has_no_controls_and_no_colour(page: Page) -> None:
    page.goto("/_ui/")
    page.emulate_media(media="print")
    for hidden in (".top", ".foot", ".sub", ".chips", "main button"):
        assert page.locator(hidden).filter(visible=True).count() == 0, hidden
    expect(page.locator(".banner-name")).to_be_visible()
    tag = page.locator(".tag.is-emergency").first
    expect(tag).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(tag).to_have_css("color", "rgb(0, 0, 0)")


def test_levels_differ_by_word_and_shape_not_only_by_colour(page: Page) -> None:
    page.goto("/_ui/")
    tags = page.locator("main .tag:not(.tag--failed)").all()
    shape_of = {tag.inner_text().strip(): tag.locator("svg").inner_html() for tag in tags}
    levels = [shape_of[word] for word in ("Emergency", "Urgent", "Check", "Info")]
    assert len(set(levels)) == 4


def test_a_form_works_without_script_and_print_hides_its_button(new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto("/_ui/")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    page.get_by_role("button", name="Go ahead with this reason").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()


def test_a_second_tap_does_not_send_a_form_twice(page: Page) -> None:
    page.goto("/_ui/")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.route(
        "**/_ui/", lambda route: route.fulfill(status=204) if route.request.method == "POST" else route.continue_()
    )
    send = page.get_by_role("button", name="Go ahead with this reason")
    send.click()
    send.click(force=True)
    page.wait_for_timeout(200)
    assert len(posts) == 1
