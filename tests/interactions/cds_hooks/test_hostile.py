"""Whatever stands in a request: it is answered or refused in words, and never becomes mark-up on a card."""

import copy
import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from interactions.cds_hooks.requests import RequestFaultError
from interactions.cds_hooks.writing import LONGEST_SUMMARY, clean, md, plain, summary
from tests.interactions.cds_hooks.builders import (
    AMITRIPTYLINE,
    BACLOFEN,
    Json,
    ask,
    bundle,
    condition,
    egfr,
    order,
    person,
    request,
    statement,
)

NAUGHTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</p><h1>Signed</h1>",
    "&lt;b&gt;&#60;i&#62;",
    "[press here](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<https://evil.example>",
    "https://evil.example/path www.evil.example someone@evil.example",
    "`code` ```\nfence\n``` **bold** _em_ ~~no~~",
    "# Heading\n\n- list\n1. one\n> quote\n---\n| a | b |\n|---|---|\n",
    "\\*not\\* \\<b>",
    "{{context.patientId}} ${7*7} %s %(x)s {0} {entered}",
    "'; DROP TABLE orders; --",
    "\u202eevil\u202c \u200b\u200d\ufeff",
    "Ṱ̷̺̭͓h̶e̵ ̴p̷o̸n̵y̴",
    "😀👩‍👩‍👧‍👦🇬🇧",
    "زبان فارسی 中文 עברית",
    "\x00\x01\x1b[31m\x7f\u2028\u2029",
    " \t\r\n ",
    "a" * 5_000,
    "null",
    "NaN",
    "-1e999",
    "../../etc/passwd",
]
# A reader as lax as the public sandbox: Markdown with raw HTML let through and bare addresses made links.
READER = MarkdownIt("gfm-like", {"html": True, "linkify": False}).disable("linkify")
OURS = re.compile(r"</?(p|ul|li|strong)>|\n")


def everything(text: str) -> Json:
    """A request with a text in every place that is read as text."""
    concept = {"text": text, "coding": [{"system": "urn:x", "code": "c", "display": text}]}
    dose = [{"text": text, "route": {"text": text}, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": text}}],
             "timing": {"code": {"text": text}}}]  # fmt: skip
    held = {
        "medicationRequests": bundle(
            BACLOFEN,
            order("w", "", medicationCodeableConcept=concept, dosageInstruction=dose, status=text),
            order("v", f"baclofen {text}", dosageInstruction=dose),
            order("u", text, status="cancelled"),
        ),
        "medicationStatements": bundle(
            statement("s", "", medicationCodeableConcept={"text": text}),
            {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": text}]},
        ),
        "conditions": bundle(condition(text), condition("", code=concept)),
        "observations": bundle(egfr(38, valueQuantity={"value": 1, "unit": text}), egfr(38, status=text)),
        "patient": person(gender=text),
        text: bundle(),
    }
    document = request(
        "order-sign",
        AMITRIPTYLINE,
        order("x", "", status="draft", medicationCodeableConcept=concept, dosageInstruction=dose),
        order("y", f"amitriptyline {text}", status="draft"),
    )
    document["prefetch"] = {**document["prefetch"], **held}
    return document


@pytest.mark.parametrize("text", [each for each in NAUGHTY if clean(each)])
def test_no_text_of_a_request_becomes_markup(text: str) -> None:
    for card in ask(everything(text)).cards:
        html = READER.render(card["detail"])
        assert not re.search(r"<[^>]*>?", OURS.sub("", html)), html
        assert "<a " not in html
        for line in (card["summary"], *(each["label"] for each in card.get("suggestions", ()))):
            assert not set(line) & set("<>&`[]*_\\"), line
            assert line.isprintable()
            assert len(line) < 160


@pytest.mark.parametrize("identity", ["a b", "<b>", "../1", "x" * 65, "ä", "1?_format=x", ""])
def test_an_id_that_fhir_does_not_allow_is_never_sent_back(identity: str) -> None:
    held = {"medicationRequests": bundle({**BACLOFEN, "id": identity})}
    answer = ask(request("order-sign", {**AMITRIPTYLINE, "id": identity}, prefetch=held))
    assert "PAIR_CNS" in {row.code for row in answer.served}
    actions = [action for each in answer.cards[0]["suggestions"] for action in each["actions"]]
    assert [action["type"] for action in actions] == ["create"]
    assert not any("reference" in each for each in actions[0]["resource"]["implicated"])


@pytest.mark.parametrize("text", [each for each in NAUGHTY if clean(each)])
def test_an_escaped_text_is_still_readable(text: str) -> None:
    shown = re.sub(r"<[^>]+>", "", READER.renderInline(f"“{md(text)}”"))
    assert unescape(shown).replace("\u2060", "") == f"“{clean(text, 2_000)}”"


@given(st.text(max_size=400))
def test_no_text_at_all_becomes_markup(text: str) -> None:
    html = READER.renderInline(f"“{md(text)}”")
    assert not re.search(r"<[^>]*>?", html)
    assert "\n" not in md(text)
    assert not set(plain(text)) & set("<>&`[]*_\\|~#$")
    assert len(summary(plain(text) + " x")) <= LONGEST_SUMMARY


leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
)
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
SERVICES = ("evenkeel-patient-view", "evenkeel-order-select", "evenkeel-order-sign")


def answered_or_refused(document: Any, service: str) -> None:
    refused: RequestFaultError | None = None
    try:
        ask(document, service=service)
    except RequestFaultError as fault:
        refused = fault
    assert refused is None or (refused.faults and all(text for _, text in refused.faults))


@given(trees, st.sampled_from(SERVICES))
def test_any_json_is_answered_or_refused_in_words(document: Any, service: str) -> None:
    answered_or_refused(document, service)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    found = [path] if path else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        found += places(each, (*path, key))
    return found


WHOLE = everything("fine")
WHOLE["hook"] = "order-select"
WHOLE["context"]["selections"] = ["MedicationRequest/ami"]
PLACES = places(WHOLE)


@settings(max_examples=300)
@given(st.sampled_from(PLACES), trees)
def test_anything_at_any_place_of_a_good_request_is_answered_or_refused(path: tuple[Any, ...], value: Any) -> None:
    document = copy.deepcopy(WHOLE)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    answered_or_refused(document, "evenkeel-order-select")


@settings(max_examples=150)
@given(st.sampled_from(PLACES))
def test_any_part_may_be_missing(path: tuple[Any, ...]) -> None:
    document = copy.deepcopy(WHOLE)
    place = document
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    answered_or_refused(document, "evenkeel-order-select")
