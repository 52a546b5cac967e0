"""Which findings must be answered now, and why, in the light of the answers there are. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from interactions.checking import Finding
from interactions.medicines import Dose
from monitoring.people.models import Patient
from monitoring.regimens.models import FlagStatus, InteractionFlag, Override, Prescription
from monitoring.regimens.queries.screening import Screened, screen_patient
from monitoring.regimens.queries.standing import facts_today, given_of, promises_of, shown_of
from monitoring.regimens.rules import (
    Promise,
    Reopening,
    by_fingerprint,
    fingerprint,
    hazard_mark,
    in_words,
    must_acknowledge,
)
from monitoring.regimens.rules import reopening as reasons_to_reopen


@dataclass(frozen=True, slots=True)
class Kept:
    """The flags present on a patient by fingerprint, the answer that counts for each, and how its promise goes."""

    flags: Mapping[str, InteractionFlag]
    answers: Mapping[UUID, Override]
    promises: Mapping[UUID, Promise]

    def answer_to(self, flag: InteractionFlag | None) -> Override | None:
        return None if flag is None else self.answers.get(flag.pk)


def kept_on(patient: Patient, today: date) -> Kept:
    """What is kept on a patient: a flat number of queries, however many flags."""
    flags = InteractionFlag.objects.filter(patient=patient).present().prefetch_related(
        Prefetch("overrides", queryset=Override.objects.select_related("by"))
    )  # fmt: skip
    stored = {flag.fingerprint: flag for flag in flags}
    answers = {flag.pk: answer for flag in stored.values() if (answer := standing_answer(flag.overrides.all()))}
    return Kept(stored, answers, promises_of(patient, answers.values(), today))


def standing_answer(answers: Iterable[Override]) -> Override | None:
    """The latest of a flag's answers, unless its author took it back: an older one does not come to life again."""
    latest = max(answers, key=lambda answer: answer.at, default=None)
    return None if latest is None or latest.withdrawn_at is not None else latest


def matched(flags: Mapping[str, InteractionFlag], present: Mapping[str, Finding]) -> dict[str, InteractionFlag]:
    """The flag that each finding belongs to, by the finding's mark; a finding without one is new.

    One medicine more or less in a rule that counts several (two sedatives, three) is the same hazard: its flag and
    the answers to it go on, so that a medicine less stays quiet and one more says what it adds to.
    """
    found = {mark: flags[mark] for mark in present if mark in flags}
    spare = [flag for mark, flag in flags.items() if mark not in present]
    for mark, finding in present.items():
        if mark in found or mark != fingerprint(finding):
            continue
        alike = [flag for flag in spare if _goes_on(flag, finding)]
        if alike:
            found[mark] = max(alike, key=lambda flag: len(set(flag.participants) & set(finding.participants)))
            spare.remove(found[mark])
    return found


def _goes_on(flag: InteractionFlag, finding: Finding) -> bool:
    before, now = set(flag.participants), set(finding.participants)
    rule = flag.finding.get("rule", "")
    own = flag.fingerprint == hazard_mark(flag.code, rule, flag.participants)
    return own and (flag.code, rule) == (finding.code, finding.rule) and bool(before) and (before < now or now < before)


def why_again(
    kept: Kept, flag: InteractionFlag, finding: Finding, screened: Screened, today: date
) -> tuple[Reopening, ...]:
    """Why an answered finding must be answered again; nothing while an answer to it, or to its coming form, stands."""
    if not must_acknowledge(finding):
        return ()
    facts = facts_today(finding, screened, today)
    found: tuple[Reopening, ...] = ()
    for each in (flag, kept.flags.get(fingerprint(finding, ahead=True))):
        answer = kept.answer_to(each)
        if answer is not None:
            reasons = reasons_to_reopen(given_of(answer, kept.promises), facts, today=today)
            if not reasons:
                return ()
            found = found or reasons
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A finding of a screening beside the flag that is already kept on it, and why it must be answered now."""

    fingerprint: str
    finding: Finding
    flag: InteractionFlag | None
    answer: Override | None
    why: str
    shown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def quiet(self) -> bool:
        return not self.why


def compare_with_flags(patient: Patient, screened: Screened, today: date) -> list[Asked]:
    """Each finding with what is already known of it: `why` is "" when nothing (new) must be answered.

    Raises ValueError for a screening that broke: of it nothing may be concluded.
    """
    if screened.screening is None:
        raise ValueError("a broken check has no findings to compare")
    kept, present = kept_on(patient, today), by_fingerprint(screened.screening.findings)
    flags = matched(kept.flags, present)
    return [
        _asked(mark, finding, kept=kept, flag=flags.get(mark), screened=screened, today=today)
        for mark, finding in present.items()
    ]


def _asked(
    mark: str, finding: Finding, *, kept: Kept, flag: InteractionFlag | None, screened: Screened, today: date
) -> Asked:
    answer, why = kept.answer_to(flag), ""
    if must_acknowledge(finding):
        if flag is None:
            why = "new"
        elif flag.status == FlagStatus.OPEN or answer is None:
            why = flag.reopened_because or "not answered yet"
        else:
            why = in_words(why_again(kept, flag, finding, screened, today))
    return Asked(mark, finding, flag, answer, why, shown_of(finding, screened, today))


@dataclass(frozen=True, slots=True)
class DoseScreening:
    """The screening at another dose: the titles of the findings it would newly ask about."""

    failed: bool
    new_blocking: tuple[str, ...]


def screening_with_dose(
    patient: Patient, *, prescription: Prescription, amounts: Sequence[Decimal], unit: str, on: date
) -> DoseScreening:
    """What the checker says on `on` with this prescription at `amounts` (none: no longer taken)."""
    dose = Dose(tuple(amounts), unit) if amounts else None
    screened = screen_patient(patient, on, doses={prescription.pk: dose})
    if screened.screening is None:
        return DoseScreening(failed=True, new_blocking=())
    asked = compare_with_flags(patient, screened, on)
    # What is open already waits as an unanswered flag; here only what this dose would add.
    added = [each for each in asked if each.why and (each.flag is None or each.flag.status != FlagStatus.OPEN)]
    return DoseScreening(failed=False, new_blocking=tuple(each.finding.title for each in added))
