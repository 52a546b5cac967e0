"""Any input at all: a document is answered, or refused with the place that is wrong; never anything between."""

import json
from datetime import date
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from interactions.checking.answering import as_json, as_text
from interactions.checking.documents import read_case, screen_case
from interactions.checking.strict_json import DocumentError, pieces_of
from interactions.medicines.names import resolve

TODAY = date(2026, 6, 15)
KEYS = ("id", "as_of", "regimen", "patient", "events", "check_in", "entered", "route", "start", "end", "rxcui", "atc")
FACTS = ("age", "sex", "egfr", "conditions", "alcohol", "qtc_ms", "weight_kg", "type", "date", "answers", "vitals")
texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["baclofen 10 mg tid", "amitriptyline 25 mg nocte", "ami", "1292", "2026-06-01", "oral", "", "\x00"]
    ),
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.decimals(allow_nan=True), texts)
trees: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.sampled_from(KEYS + FACTS), texts), inner, max_size=5)
    ),
    max_leaves=25,
)
lines = st.fixed_dictionaries(
    {"entered": texts}, optional={"route": texts, "rxcui": texts, "atc": texts, "start": texts}
)
documents = st.fixed_dictionaries({"regimen": st.lists(lines, max_size=4)}, optional={"patient": trees, "x": trees})


def assert_says_what(error: DocumentError) -> None:
    """One line with a problem."""
    assert error.problem
    assert "\n" not in str(error)


def assert_says_where(error: DocumentError) -> None:
    """One line with a place and a problem."""
    assert error.path
    assert_says_what(error)


def answered(document: Any) -> dict[str, Any] | None:
    """The answer to a document, None when it is refused; the refusal must name a place and a problem."""
    try:
        case = read_case(document, today=TODAY)
    except DocumentError as error:
        assert_says_where(error)
        return None
    screening, check_in = screen_case(case, lambda _: None)
    answer = as_json(case, screening, check_in)
    json.dumps(answer)
    as_text(case, screening, check_in)
    return answer


@given(st.one_of(trees, documents))
def test_a_document_is_answered_or_refused_with_its_place(document: Any) -> None:
    answer = answered(document)
    if answer is not None:
        assert len(answer["medicines"]) == len(document["regimen"])


@given(st.text(max_size=200))
@example('{"regimen": [{"entered": "baclofen", "rxcui": NaN}]}')
@example('{"regimen": []}\n{"regimen"')
@example("[" * 10_000)
def test_any_text_is_parsed_or_refused_with_its_place(text: str) -> None:
    try:
        pieces_of(text)
    except DocumentError as error:
        assert_says_what(error)


@given(texts, texts, texts)
@example("baclofen", "704", "")
@example("", "704", "M03BX01")
@example("foozumab", "", "")
def test_what_is_not_understood_never_reads_as_no_interaction(entered: str, rxcui: str, atc: str) -> None:
    answer = answered({"regimen": [{"entered": entered, "rxcui": rxcui, "atc": atc}]})
    if answer is None:
        assert not entered.strip()
        return
    understood = resolve(entered, rxcui=rxcui, atc=atc)
    if not understood.resolved or understood.not_understood:
        assert answer["overall"] != "none"
        assert answer["unresolved"]
