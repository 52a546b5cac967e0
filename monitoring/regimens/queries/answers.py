"""An answer to an interaction as the next reader sees it: what it weighed, what was promised, what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils.translation import pgettext

from interactions.checking.citing import factor_name, ingredient_name
from monitoring.formatting import dose_text
from monitoring.people.models import Patient
from monitoring.regimens.models import FlagStatus, InteractionFlag, Override
from monitoring.regimens.queries.doses import route_words
from monitoring.regimens.queries.standing import promises_of
from monitoring.regimens.rules import EGFR_WORDS, Facts, Promise, Taken, egfr_band, read_facts

STANDS: Final = "stands"
EXPIRED: Final = "expired"
FELL: Final = "asked again"
WITHDRAWN: Final = "withdrawn"
REPLACED: Final = "replaced"
ENDED: Final = "ended"
STANDINGS: Final = (STANDS, EXPIRED, FELL, WITHDRAWN, REPLACED, ENDED)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, how it stands (one of the words above), and how the check-ins promised with it go."""

    override: Override
    standing: str
    promise: Promise | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """A fact that was true when an answer was given, in words."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """An answer among all that were given to the same hazard of the same patient, newest first."""

    answer: Answer
    flag: InteractionFlag
    weighed: tuple[Weighed, ...]
    others: tuple[Answer, ...]


def answer_of(override: Override, *, latest: bool, promises: Mapping[UUID, Promise], today: date) -> Answer:
    """An answer with how it stands; `latest` says that none was given to its flag since."""
    return Answer(override, _standing(override, latest=latest, today=today), promises.get(override.pk))


def _standing(override: Override, *, latest: bool, today: date) -> str:
    flag = override.flag
    if override.withdrawn_at is not None:
        return WITHDRAWN
    if not latest:
        return REPLACED
    if flag.status == FlagStatus.RESOLVED:
        return ENDED
    if override.expires_on < today:
        return EXPIRED
    return FELL if flag.status == FlagStatus.OPEN else STANDS


def answer_page(override: Override, today: date) -> AnswerPage:
    """The page of one answer: its own promise is counted, and the hazard's earlier and later answers are listed."""
    flag = override.flag
    given = Override.objects.filter(flag__patient=flag.patient_id, flag__fingerprint=flag.fingerprint)
    rows = list(given.select_related("by", "flag"))
    newest = {row.flag_id: row.pk for row in reversed(rows)}
    promises = promises_of(flag.patient, [row for row in rows if newest[row.flag_id] == row.pk], today)
    answers = {
        row.pk: answer_of(row, latest=newest[row.flag_id] == row.pk, promises=promises, today=today) for row in rows
    }
    return AnswerPage(
        answer=answers[override.pk],
        flag=flag,
        weighed=weighed_in(override),
        others=tuple(each for pk, each in answers.items() if pk != override.pk),
    )


def weighed_in(override: Override) -> tuple[Weighed, ...]:
    """What the author of an answer had before them; empty when it was not kept."""
    facts = read_facts(override.facts)
    if facts is None:
        return ()
    lines = [Weighed(ingredient_name(key), _taken_words(each)) for key, each in sorted(facts.taken.items())]
    return (Weighed(pgettext("staff", "Severity"), facts.severity), *lines, *_person(facts), *_company(facts))


def _taken_words(each: Taken) -> str:
    if each.most == 0:
        return pgettext("staff", "no longer taken, or not yet")
    how = ", ".join(route_words(route) for route in sorted(each.routes))
    return f"{_amount(each.most, each.unit)}, {how}"


def _amount(most: Decimal | None, unit: str) -> str:
    if most is None:
        return pgettext("staff", "dose not known")
    return pgettext("staff", "at most %(dose)s a day") % {"dose": dose_text(most, unit)}


def _person(facts: Facts) -> tuple[Weighed, ...]:
    egfr = age = pgettext("staff", "not known")
    if facts.egfr is not None:
        said = {"egfr": f"{facts.egfr:f}", "band": EGFR_WORDS[egfr_band(facts.egfr)]}
        egfr = pgettext("staff", "%(egfr)s (covers %(band)s)") % said
    if facts.age is not None:
        age = str(facts.age)
    return Weighed("eGFR", egfr), Weighed(pgettext("staff", "Age"), age)


def _company(facts: Facts) -> tuple[Weighed, ...]:
    raised = sorted(factor_name(key) for key in facts.raising)
    others = sorted(ingredient_name(key) for key in facts.others)
    return (
        Weighed(pgettext("staff", "Raised by"), "; ".join(raised) or pgettext("staff", "nothing known")),
        Weighed(pgettext("staff", "Other medicines"), ", ".join(others) or pgettext("staff", "none")),
        Weighed(pgettext("staff", "Rules"), facts.release),
    )


def answers_now(patient: Patient, flags: Sequence[InteractionFlag], today: date) -> dict[UUID, Answer]:
    """The latest answer to each flag, by flag; the flags come with their overrides and authors at hand."""
    latest = {flag.pk: max(rows, key=lambda row: row.at) for flag in flags if (rows := list(flag.overrides.all()))}
    promises = promises_of(patient, latest.values(), today)
    for flag in flags:
        if flag.pk in latest:
            latest[flag.pk].flag = flag
    return {pk: answer_of(override, latest=True, promises=promises, today=today) for pk, override in latest.items()}
