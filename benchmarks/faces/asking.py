"""What is asked of every page by machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from playwright.sync_api import Page

from tests.browser.pages import LOGS, axe_violations, overflow, small_targets

if TYPE_CHECKING:
    from benchmarks.faces.walking import Found

OPEN_ALL: Final = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
# Small print hides a dose: nothing a patient reads is under 16 px; what is only for the ear is not read.
SMALL_PRINT: Final = """
() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.textContent.trim() || parent.closest(".visually-hidden, svg, script, .skip, option")) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize);
    if (parent.checkVisibility() && size < 15.9) small.add(`${size}px ${node.textContent.trim().slice(0, 40)}`);
  }
  return [...small].slice(0, 5);
}
"""
SMALL_ANSWERS: Final = """
() => [...document.querySelectorAll(".answer, .option")]
  .map((each) => [each, each.getBoundingClientRect().height])
  .filter(([each, height]) => each.checkVisibility() && height < 55.5)
  .map(([each, height]) => `${Math.round(height)}px ${each.textContent.trim().slice(0, 40)}`)
"""
SPACING: Final = """
(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [sheet];
  return document.documentElement.scrollWidth - document.documentElement.clientWidth;
}
"""
WIDE_TEXT: Final = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    " p { margin-block-end: 2em !important }"
)
LARGE_TEXT: Final = "html { font-size: 200% !important }"
FOCUS: Final = """
() => {
  const here = document.activeElement;
  if (!here || here === document.body || here === document.documentElement) return null;
  const style = getComputedStyle(here), box = here.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const host = here.closest("label") || here;
  const shown = ring || getComputedStyle(host).outlineStyle !== "none" || here.matches("main, [tabindex='-1']");
  const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, 20);
  const top = document.elementFromPoint(x, y);
  const hidden = box.width > 1 && top && !here.contains(top) && !top.contains(here) && !host.contains(top);
  return {shown, hidden: Boolean(hidden), html: here.outerHTML.slice(0, 90)};
}
"""
# Only a table or a chart scrolls sideways, and it says what it is; axe asks that a key can reach it.
UNNAMED_REGIONS: Final = """
() => [...document.querySelectorAll("main *")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(each).overflowX))
  .filter((each) => each.checkVisibility() && !each.matches("input, textarea, select"))
  .filter((each) => !each.hasAttribute("aria-label") && !each.hasAttribute("aria-labelledby"))
  .map((each) => each.outerHTML.slice(0, 90))
"""
# Two buttons that a trembling finger could take for one another.
CROWDED: Final = """
() => {
  const targets = [...document.querySelectorAll("main :is(button, .btn, .answer, .option, summary)")]
    .filter((each) => each.checkVisibility({visibilityProperty: true}) && !each.parentElement.closest(".option"))
    .map((each) => [each, each.getBoundingClientRect()]);
  const apart = (one, other) => Math.max(
    one.left - other.right, other.left - one.right, one.top - other.bottom, other.top - one.bottom);
  const found = [];
  targets.forEach(([one, box], place) => targets.slice(place + 1).forEach(([other, beside]) => {
    if (one.contains(other) || other.contains(one) || apart(box, beside) >= 7.5) return;
    const words = [one, other].map((each) => each.textContent.trim().slice(0, 30)).join(" | ");
    found.push(`${Math.round(apart(box, beside))}px ${words}`);
  }));
  return found.slice(0, 3);
}
"""
# One tap to help from every page of a patient, always at the end of the head (WCAG 3.2.6). Staff share some pages.
HELP: Final = """
() => {
  const help = document.querySelector("header.top a.help-now[href^='/help/emergency/']");
  if (!help) return ["no link to help in the head of the page"];
  const last = [...document.querySelectorAll("header.top a[href], header.top button")].pop();
  return help.checkVisibility() && last === help ? [] : ["the link to help is not where it is elsewhere"];
}
"""
MOST_STOPS: Final = 120
# As many parts as a date field has, and a few more.
MOST_PARTS: Final = 9


@dataclass(frozen=True, slots=True)
class Look:
    """A window's width in CSS pixels, and the scheme its owner prefers."""

    width: int
    scheme: Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong on one page."""

    who: str
    pattern: str
    look: Look
    what: str

    def __str__(self) -> str:
        return f"{self.who} /{self.pattern} {self.look.width} {self.look.scheme}"


def first_line(error: Exception) -> str:
    """What a browser says went wrong, without the log of its calls."""
    return str(error).partition("\n")[0]


def gathered(found: Sequence[Finding]) -> dict[str, str]:
    """Each thing that is wrong once, with how often, and where it was seen first."""
    places: dict[str, list[str]] = {}
    for finding in found:
        places.setdefault(finding.what, []).append(str(finding))
    return {what: f"{len(where)} ×, first: {'; '.join(where[:3])}" for what, where in places.items()}


def ask(page: Page, found: "Found", look: Look, who: str, *, refused: bool = False) -> list[Finding]:
    """Everything wrong with the page that is open; `refused` forgives the console line of a 422."""
    page.evaluate(OPEN_ALL)
    wrong = [*_always(page, refused=refused)]
    if page.locator("body.patient").count():
        wrong += [f"small print: {each}" for each in page.evaluate(SMALL_PRINT)]
        wrong += [f"small answer: {each}" for each in page.evaluate(SMALL_ANSWERS)]
        wrong += [f"closer than 8 px: {each}" for each in page.evaluate(CROWDED)]
        wrong += [] if page.locator("header .find").count() else page.evaluate(HELP)
    if look.scheme == "light" and not refused:
        wrong += _stretched(page) if look.width >= 1280 else []
        wrong += _by_keyboard(page) if look.width >= 1280 else []
    return [Finding(who, found.pattern, look, each) for each in wrong]


def _always(page: Page, *, refused: bool) -> list[str]:
    log = LOGS[page]
    wrong = axe_violations(page)
    if overflow(page) > 0:
        wrong.append(f"{overflow(page)} px wider than the window")
    wrong += [f"scrolls sideways without a name: {each}" for each in page.evaluate(UNNAMED_REGIONS)]
    wrong += [f"small target: {each}" for each in small_targets(page)]
    headings = page.locator("h1:visible").count()
    if headings != 1:
        wrong.append(f"{headings} first-level headings")
    noise = "the server responded with a status"
    wrong += [f"console: {line}" for line in log.complaints if not (refused and noise in line)]
    return wrong + [f"asked of another: {url}" for url in log.foreign]


def _stretched(page: Page) -> list[str]:
    """Wide spacing and text of twice the size leave the page inside its window (WCAG 1.4.12, 1.4.4)."""
    tried = {"text spacing": WIDE_TEXT, "text of 200 %": LARGE_TEXT}
    wider = {name: int(page.evaluate(SPACING, sheet)) for name, sheet in tried.items()}
    page.evaluate(SPACING, "")
    return [f"{pixels} px wider than the window with {name}" for name, pixels in wider.items() if pixels > 0]


def _by_keyboard(page: Page) -> list[str]:
    """Every stop of the Tab key is seen and lies under nothing (WCAG 2.4.7, 2.4.11), and the last is reached."""
    wrong: list[str] = []
    last, times = "", 0
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            return wrong
        if stop["html"] == last:  # a part of a date field, which the browser marks by itself
            times += 1
            if times > MOST_PARTS:
                return [*wrong, f"the keyboard cannot leave {last}"]
            continue
        last, times = stop["html"], 0
        if not stop["shown"]:
            wrong.append(f"focus not seen: {stop['html']}")
        if stop["hidden"]:
            wrong.append(f"focus under something: {stop['html']}")
    return wrong
