"""The template tags that carry meaning: levels, severities, components, the patient banner."""

from datetime import UTC, date, datetime
from enum import Enum, IntEnum

import pytest
from django.template import Context, Template
from django.utils import timezone

from monitoring.alerts.models import AlertLevel
from monitoring.people.models import Patient
from monitoring.templatetags.evenkeel import NOT_CHECKED, answers, level_mark, severity_mark


def render(source: str, **context: object) -> str:
    return Template("{% load evenkeel %}" + source).render(Context(context))


class _Level(Enum):
    URGENT = "urgent"


class _Rank(IntEnum):
    EMERGENCY = 4


@pytest.mark.parametrize(
    ("level", "word"),
    [
        ("info", "Info"), ("warning", "Check"), ("urgent", "Urgent"), ("emergency", "Emergency"), ("none", "No alert"),
        (AlertLevel.WARNING, "Check"), (3, "Urgent"), (_Level.URGENT, "Urgent"), (_Rank.EMERGENCY, "Emergency"),
    ],
)  # fmt: skip
def test_a_level_is_understood_however_it_is_stored(level: object, word: str) -> None:
    assert level_mark(level).word == word


@pytest.mark.parametrize("level", ["", "grave", None, 5, -1])
def test_an_unknown_level_is_loud(level: object) -> None:
    assert level_mark(level) is NOT_CHECKED


@pytest.mark.parametrize("severity", ["", "unknown", "severe", None])
def test_an_unknown_severity_is_never_shown_as_none(severity: object) -> None:
    assert severity_mark(severity) is NOT_CHECKED
    assert "Could not check" in render("{% severity_tag severity %}", severity=severity)


def test_severities_look_like_the_level_they_call_for() -> None:
    pairs = [("contraindicated", "emergency"), ("major", "urgent"), ("moderate", "warning"), ("minor", "info")]
    for severity, level in pairs:
        assert severity_mark(severity).kind == level_mark(level).kind
        assert severity_mark(severity).icon == level_mark(level).icon


@pytest.mark.parametrize("level", ["info", "warning", "urgent", "emergency"])
def test_a_card_of_a_check_in_shows_its_level_where_others_show_a_severity(level: str) -> None:
    assert severity_mark(level) is level_mark(level)


def test_a_tag_has_a_word_a_shape_and_a_colour() -> None:
    tag = render('{% severity_tag "major" "interaction" %}')
    assert 'class="tag is-urgent"' in tag
    assert 'aria-hidden="true"' in tag
    assert "Major interaction" in tag


def test_words_put_into_components_are_escaped() -> None:
    nasty = "<script>alert(1)</script>"
    out = render(
        '{% callout "urgent" heading=bad label=bad anchor=bad %}{{ bad }}{% endcallout %}'
        '{% care_card "emergency" heading=bad %}{{ bad }}{% endcare_card %}{% kind_tag "ok" bad %}'
        '{% severity_tag "minor" bad %}{% when None empty=bad %}',
        bad=nasty,
    )
    assert "<script>" not in out.replace("{{", "")
    assert out.count("&lt;script&gt;") >= 7


def test_a_callout_keeps_the_markup_of_its_body() -> None:
    out = render('{% callout "check" heading="Why" heading_level=3 %}<p>Because</p>{% endcallout %}')
    assert '<h3 class="callout-head"><span>Why</span></h3><p>Because</p>' in out


def test_a_moment_is_shown_in_the_readers_zone_with_a_machine_readable_time() -> None:
    moment = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
    with timezone.override("Europe/London"):
        assert render("{% when moment %}", moment=moment) == (
            '<time datetime="2026-06-15T10:00:00+01:00">15\u00a0Jun\u00a02026, 10:00\u00a0BST</time>'
        )
    assert render("{% when moment %}", moment=None) == "–"


def test_a_day_has_no_zone() -> None:
    assert render("{% day day %}", day=date(2026, 5, 1)) == '<time datetime="2026-05-01">1\u00a0May\u00a02026</time>'


def test_answers_draw_as_many_bars_as_the_answer_is_worth() -> None:
    context = answers("q", [(0, "None"), (1, "Some"), (2, "A lot")], labelled_by="question", chosen=1)
    rows = context["rows"]
    assert isinstance(rows, list)
    assert [row["bars"] for row in rows] == [[False, False], [True, False], [True, True]]
    assert [row["pressed"] for row in rows] == [False, True, False]


def test_an_answer_of_nought_can_be_the_chosen_one() -> None:
    out = render('{% answers "q" choices labelled_by="h" chosen=0 %}', choices=[(0, "None"), (1, "Some")])
    assert out.count('aria-pressed="true"') == 1


@pytest.mark.django_db
def test_the_banner_says_who_and_what_is_not_known(patient: Patient) -> None:
    out = render("{% patient_banner patient %}", patient=patient)
    for fact in ("HARPER, Maya", "14-Mar-1957", "HP-0042", "52", "not recorded"):
        assert fact in out
    patient.egfr = patient.egfr_on = None
    assert "not known" in render("{% patient_banner patient %}", patient=patient)
