"""Rules every template keeps, whoever wrote it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reading import grade, sentences, text_of_template, unmarked

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LONGEST_SENTENCE = 20
HIGHEST_GRADE = 6
FEWEST_WORDS = 20
# Names, and what is written alike in every language.
SAME_EVERYWHERE = {"Evenkeel", "mg", "JavaScript"}

FORBIDDEN = {
    "inline style": re.compile(r"""<\w[^>]*\sstyle\s*=|<style\b""", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "event attribute": re.compile(r"""<[^>]*\son[a-z]+\s*=""", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "unescaped value": re.compile(r"\|\s*safe(?:seq)?\b|{%\s*autoescape\s+off"),
    "third party": re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//(?!www\.w3\.org)""", re.IGNORECASE),
    "htmx script": re.compile(r"hx-on|hx-vals\s*=\s*['\"]js:", re.IGNORECASE),
}
# Whatever a patient may do with a dose is between them and their clinic; no page says how much is too much.
NEVER_TO_A_PATIENT = re.compile(
    r"\b(?:stop (?:taking|your)|take (?:less|more|an extra)|skip (?:a|your|the next) dose|double (?:your|the) dose"
    r"|halve|overdose|toxic|lethal|maximum dose)\b",
    re.IGNORECASE,
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def _extends(path: Path) -> str:
    found = re.search(r"""{%\s*extends\s+["']([^"']+)["']""", path.read_text(encoding="utf-8"))
    return found.group(1) if found else ""


def _with_partials(path: Path) -> set[Path]:
    """A template and the feature's own parts it includes; the shared components also speak to staff."""
    found = {path}
    for name in re.findall(r"""{%\s*include\s+["']([^"']+)["']""", path.read_text(encoding="utf-8")):
        if not name.startswith("components/"):
            found |= _with_partials(ROOT / "templates" / name)
    return found


PATIENT_PAGES = [
    path for path in TEMPLATES if _extends(path) in {"base_patient.html", "base_plain.html"} and "_ui" not in path.parts
]
PATIENT_TEMPLATES = sorted(set().union(*map(_with_partials, PATIENT_PAGES)))
PAGES = [path for path in TEMPLATES if _extends(path).startswith("base") and not path.name.startswith("base")]


def test_there_are_templates_to_read() -> None:
    assert len(TEMPLATES) > 20
    assert "monitoring/help/emergency.html" in map(_name, PATIENT_TEMPLATES)


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_nothing_the_content_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [fault for fault, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color: red">', "<style>", "<script>go()</script>",
        '<a onclick="go()">', '<a href="javascript:go()">',
        "{{ note|safe }}", "{% autoescape off %}",
        '<img src="https://elsewhere.example/a.png">', '<p hx-on:click="go()">',
    ],
)  # fmt: skip
def test_the_rules_catch_what_they_are_for(bad: str) -> None:
    assert any(pattern.search(bad) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("path", PATIENT_TEMPLATES, ids=_name)
def test_patient_text_is_plain(path: Path) -> None:
    text = text_of_template(path.read_text(encoding="utf-8"))
    too_long = [" ".join(words) for words in sentences(text) if len(words) > LONGEST_SENTENCE]
    assert too_long == []
    # The grade of a handful of words means nothing.
    if len(text.split()) >= FEWEST_WORDS:
        assert grade(text) <= HIGHEST_GRADE


@pytest.mark.parametrize("path", [path for path in TEMPLATES if "_ui" not in path.parts], ids=_name)
def test_every_text_can_be_translated(path: Path) -> None:
    assert [words for words in unmarked(path.read_text(encoding="utf-8")) if words not in SAME_EVERYWHERE] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<p title="Go on">{% translate "Back" %} and {{ go }}</p>', ["Go on", "and"]),
        ('{% include "a.html" with label="Back" %}', ["Back"]),
        ('{% include "a.html" with label=_("Back") %}', []),
        ('{% kind_tag "ok" "Verified" %}', ["Verified"]),
        ('{{ n }}{{ n|pluralize }} {{ x|default:"none" }}', ["none", "pluralize"]),
        ('<td data-label="Why">{{ why }}</td>', ["Why"]),
    ],
)
def test_a_text_that_nobody_marked_is_found(source: str, found: list[str]) -> None:
    assert unmarked(source) == found


@pytest.mark.parametrize("path", PATIENT_TEMPLATES, ids=_name)
def test_no_text_of_a_patient_is_marked_as_the_staffs(path: Path) -> None:
    assert 'context "staff"' not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PATIENT_TEMPLATES, ids=_name)
def test_clinical_words_stand_where_they_can_fall_back(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if not _extends(path):
        return  # a part stands inside what the page around it says
    inside = re.sub(r"{% clinical %}.*?{% endclinical %}", "", text, flags=re.DOTALL)
    inside = re.sub(r"{%\s*translate\s+\"[^\"]*\" context \"clinical\" as \w+ %}", "", inside)
    assert re.findall(r'{%[^%]*context "clinical"[^%]*%}', inside) == []


@pytest.mark.parametrize("path", PATIENT_TEMPLATES, ids=_name)
def test_patient_text_never_advises_on_a_dose(path: Path) -> None:
    found = NEVER_TO_A_PATIENT.search(text_of_template(path.read_text(encoding="utf-8")))
    assert found is None, found


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_every_page_has_a_title_and_a_main_heading(path: Path) -> None:
    # That a page shows exactly one is for the browser tests to see: a template may choose between several.
    assert "{% block title %}" in path.read_text(encoding="utf-8")
    whole = "".join(part.read_text(encoding="utf-8") for part in _with_partials(path))
    assert re.search(r"<h1\b|heading_level=1\b", whole)


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_forms_that_post_carry_the_token(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.DOTALL | re.IGNORECASE):
        assert "{% csrf_token %}" in form


def test_templates_are_formatted() -> None:
    djade = Path(sys.executable).with_name("djade")
    command = [str(djade), "--check", "--target-version", "5.2", *map(str, TEMPLATES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
