"""The style sheets: contrast computed from the tokens, and habits that keep pages light and readable both ways."""

import gzip
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "monitoring" / "static" / "monitoring"
SHEETS = sorted((FOLDER / "css").glob("*.css"))
SCRIPTS = sorted((FOLDER / "js").glob("*.js"))
CSS = "\n".join(path.read_text(encoding="utf-8") for path in SHEETS)
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
TOKENS = RULES[RULES.index("@layer tokens {") : RULES.index("@layer contrast {")]
MORE = RULES[RULES.index("@layer contrast {") : RULES.index("@layer base {")]

Tokens = dict[str, str]


def _tokens(text: str, selector: str) -> Tokens:
    block = re.search(r"(?m)^\s*" + re.escape(selector) + r"\s*{([^}]*)}", text)
    assert block is not None, selector
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]+|var\(--[\w-]+\));", block.group(1)))


def _with_more_contrast(tokens: Tokens) -> Tokens:
    """What a theme becomes by the choice of more contrast: each token looked up, however many steps away."""
    both = tokens | _tokens(MORE, '[data-contrast="more"], [data-contrast="more"] .patient')
    # Read in the order of the sheet's cascade: a token set by another one takes that one's own colour.
    while references := {name: value for name, value in both.items() if value.startswith("var(")}:
        both |= {name: both[value[6:-1]] for name, value in references.items()}
    return both


DARK_BY_DEVICE = (':root:not([data-theme="light"])', ':root:not([data-theme="light"]) .patient')
DARK_BY_CHOICE = ('[data-theme="dark"]', '[data-theme="dark"] .patient')
LIGHT_STAFF = _tokens(TOKENS, ":root")
LIGHT_PATIENT = LIGHT_STAFF | _tokens(TOKENS, ".patient")
# The deepened light tones also reach dark pages unless dark says otherwise, as the cascade has it.
DARK_STAFF = LIGHT_STAFF | _tokens(TOKENS, DARK_BY_CHOICE[0])
DARK_PATIENT = DARK_STAFF | _tokens(TOKENS, ".patient") | _tokens(TOKENS, DARK_BY_CHOICE[1])
USUAL = {
    "light staff": (LIGHT_STAFF, 4.5),
    "light patient": (LIGHT_PATIENT, 7.0),
    "dark staff": (DARK_STAFF, 4.5),
    "dark patient": (DARK_PATIENT, 7.0),
}
THEMES = USUAL | {f"{name}, more contrast": (_with_more_contrast(tokens), 7.0) for name, (tokens, _) in USUAL.items()}


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_has_it() -> None:
    assert contrast("#fff", "#000") == pytest.approx(21)
    assert contrast("#777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable_on_what_it_stands_on(theme: str) -> None:
    tokens, least = THEMES[theme]
    pairs = [("ink", "bg"), ("ink", "surface"), ("muted", "bg"), ("muted", "surface")]
    pairs += [("primary", "bg"), ("primary", "surface"), ("on-primary", "primary"), ("on-primary", "primary-strong")]
    for level in ("em", "ur", "ck", "in", "ok"):
        pairs += [(f"{level}-on", f"{level}-solid"), (f"{level}-ink", f"{level}-tint")]
    pairs += [("em-ink", "surface"), ("in-ink", "in-tint")]
    low = {
        f"{text} on {ground}": round(contrast(tokens[text], tokens[ground]), 2)
        for text, ground in pairs
        if contrast(tokens[text], tokens[ground]) < least
    }
    # A page that no patient sees may keep the green and blue solids at 4.5.
    assert low == {}


@pytest.mark.parametrize("theme", THEMES)
def test_edges_and_graphics_stand_out(theme: str) -> None:
    tokens, _ = THEMES[theme]
    pairs = [("edge", "surface"), ("edge", "bg"), ("bac", "surface"), ("ami", "surface"), ("sym", "surface")]
    pairs += [(f"{level}-edge", ground) for level in ("em", "ur", "ck", "in", "ok") for ground in ("surface", "bg")]
    pairs += [("focus", "bg"), ("focus", "surface")]
    if "more" in theme:
        pairs += [("hair", "surface"), ("hair", "bg")]
    low = {pair: contrast(tokens[pair[0]], tokens[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 3} == {}


def test_dark_is_the_same_by_device_and_by_choice() -> None:
    for device, choice in zip(DARK_BY_DEVICE, DARK_BY_CHOICE, strict=True):
        assert _tokens(TOKENS, device) == _tokens(TOKENS, choice) != {}


def test_nothing_moves_for_those_who_asked_for_less_motion() -> None:
    still = re.sub(r"@media \(prefers-reduced-motion: no-preference\) {(?:[^{}]|{[^{}]*})*}", "", RULES)
    assert "prefers-reduced-motion" in RULES
    assert re.findall(r"transition|animation|scroll-behavior", still) == []


def test_sheets_and_scripts_fit_their_budget() -> None:
    assert len(gzip.compress(CSS.encode())) <= 15 * 1024
    sizes = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in (*SHEETS, *SCRIPTS)}
    assert {name: lines for name, lines in sizes.items() if lines > 300} == {}


def test_pages_read_right_to_left_as_well() -> None:
    physical = re.findall(
        r"(?:margin|padding|border)-(?:left|right|top|bottom)\b|(?<![\w-])(?:left|right|top|bottom|width|height"
        r"|(?:min|max)-(?:width|height))\s*:(?!\s*\d+rem\))|text-align:\s*(?:left|right)|float:",
        re.sub(r"@media[^{]*{", "{", RULES),
    )
    assert physical == []


def test_nothing_is_fetched_from_inside_the_sheets() -> None:
    assert re.findall(r"url\(|@import|@font-face", RULES) == []


def test_every_rule_lives_in_a_layer() -> None:
    outside = re.sub(r"@layer [^{;]*{(?:[^{}]|{(?:[^{}]|{(?:[^{}]|{[^{}]*})*})*})*}", "", RULES)
    outside = re.sub(r"@layer [^{;]*;|@page[^{]*{[^}]*}", "", outside)
    assert outside.split() == []
