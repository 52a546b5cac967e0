"""What the pages about a regimen show. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Prefetch

from interactions.checking import State
from interactions.checking.hazards import by_hazard
from interactions.checking.standing import standing_on
from interactions.medicines import Dose
from monitoring.people.models import Patient
from monitoring.regimens.models import (
    DosePeriod,
    FlagStatus,
    InteractionFlag,
    Override,
    Prescription,
    PrescriptionState,
    RegimenCheck,
)
from monitoring.regimens.queries.answers import Answer, answers_now
from monitoring.regimens.queries.cards import Card, card_of_finding, dose_words, unknown_word
from monitoring.regimens.queries.doses import dose_of, period_on, route_words
from monitoring.regimens.queries.screening import exposures_for
from monitoring.regimens.rules import severity_rank

_ANSWERS: Final = Prefetch("overrides", queryset=Override.objects.select_related("by"))


@dataclass(frozen=True, slots=True)
class Line:
    """One prescription as a page shows it. `until` is the last day on which a stopped one still counts."""

    prescription: Prescription
    dose: Dose | None
    next_period: DosePeriod | None = None
    until: date | None = None
    waits_for: tuple[InteractionFlag, ...] = ()

    @property
    def dose_text(self) -> str:
        return dose_words(self.dose)

    @property
    def next_text(self) -> str:
        return dose_words(dose_of(self.next_period)) if self.next_period is not None else ""

    @property
    def route_text(self) -> str:
        return route_words(self.prescription.route)


@dataclass(frozen=True, slots=True)
class Regimen:
    """A patient's medicines on a day, by where they stand."""

    active: list[Line] = field(default_factory=list)
    awaiting: list[Line] = field(default_factory=list)
    residual: list[Line] = field(default_factory=list)
    planned: list[Line] = field(default_factory=list)
    stopped: list[Line] = field(default_factory=list)


def regimen_of(patient: Patient, on: date) -> Regimen:
    """The medicines of a patient as they stand on `on`, a day of the patient's own."""
    regimen = Regimen()
    open_flags = InteractionFlag.objects.unanswered()
    rows = Prescription.objects.filter(patient=patient).select_related("prescribed_by", "stopped_by").prefetch_related(
        "dose_periods", Prefetch("flags", queryset=open_flags, to_attr="open_flags")
    )  # fmt: skip
    standings = _standings(patient, on)
    for row in rows:
        periods = list(row.dose_periods.all())
        state, until = standings.get(row.pk, (None, None))
        upcoming = [period for period in periods if period.starts_on is not None and period.starts_on > on]
        line = Line(
            prescription=row,
            dose=dose_of(period_on(periods, on)),
            next_period=upcoming[0] if upcoming and state != State.UPCOMING else None,
            until=until,
            waits_for=tuple(getattr(row, "open_flags", ())),
        )
        _place(regimen, line, state, on)
    return regimen


def _place(regimen: Regimen, line: Line, state: State | None, on: date) -> None:
    row = line.prescription
    if row.state == PrescriptionState.AWAITING:
        regimen.awaiting.append(line)
    elif row.state == PrescriptionState.CANCELLED or state == State.PAST:
        regimen.stopped.append(line)
    elif state == State.RESIDUAL:
        regimen.residual.append(line)
    elif state == State.UPCOMING or (state is None and row.starts_on is not None and row.starts_on > on):
        regimen.planned.append(line)
    elif state is None and row.ends_on is not None and row.ends_on < on:
        regimen.stopped.append(line)
    else:
        regimen.active.append(line)


_RANK = {State.ACTIVE: 3, State.RESIDUAL: 2, State.UPCOMING: 1, State.PAST: 0}


def _standings(patient: Patient, on: date) -> dict[UUID, tuple[State, date | None]]:
    """Where each understood prescription stands: that of its longest-lasting ingredient."""
    found: dict[UUID, tuple[State, date | None]] = {}
    given = exposures_for(patient, on)
    for standing, pk in zip(standing_on(given.exposures, given.context, on), given.rows, strict=True):
        known = found.get(pk) if pk is not None else None
        later = known is None or _lasting(standing.state, standing.until) > _lasting(*known)
        if pk is not None and later:
            found[pk] = (standing.state, standing.until)
    return found


def _lasting(state: State, until: date | None) -> tuple[int, date]:
    return _RANK[state], until or date.max


@dataclass(frozen=True, slots=True)
class FlagCard:
    """A kept flag with its latest answer, how that stands and what was promised, as the next reader sees it."""

    flag: InteractionFlag
    answer: Override | None
    expired: bool
    card: Card
    given: Answer | None = None

    @property
    def needs_answer(self) -> bool:
        return self.flag.status == FlagStatus.OPEN and self.flag.blocking


@dataclass(frozen=True, slots=True)
class FlagsPanel:
    """Everything that the last check of a regimen says, for `monitoring/regimens/_flags.html`."""

    patient: Patient
    cards: tuple[FlagCard, ...]
    check: RegimenCheck | None

    @property
    def unanswered(self) -> int:
        return sum(card.needs_answer for card in self.cards)

    @property
    def asking_or_answered(self) -> list[FlagCard]:
        return [card for card in self.cards if card.needs_answer or card.given is not None]

    @property
    def hazards(self) -> list[list[FlagCard]]:
        """The flags of each harm together, in the order of the list."""
        return by_hazard(self.cards, lambda card: card.flag.code)

    @property
    def failed(self) -> bool:
        return self.check is not None and self.check.failed

    @property
    def not_checked(self) -> list[str]:
        return [unknown_word(each) for each in self.check.not_checked] if self.check is not None else []


def flags_panel(patient: Patient, today: date) -> FlagsPanel:
    """The flags kept on a patient, what must be answered first, then worst first; and the last check."""
    flags = list(InteractionFlag.objects.filter(patient=patient).present().prefetch_related(_ANSWERS))
    given = answers_now(patient, flags, today)
    cards = [_card(flag, given.get(flag.pk), today, {}) for flag in flags]
    cards.sort(key=lambda card: (not card.needs_answer, -severity_rank(card.flag.severity), card.flag.code))
    return FlagsPanel(patient, tuple(cards), RegimenCheck.objects.filter(patient=patient).first())


def flag_card(flag: InteractionFlag, today: date, taken: Mapping[str, str] | None = None) -> FlagCard:
    """One flag with its latest answer; `taken` says how each ingredient is taken."""
    given = answers_now(flag.patient, [flag], today)
    return _card(flag, given.get(flag.pk), today, taken or {})


def _card(flag: InteractionFlag, given: Answer | None, today: date, taken: Mapping[str, str]) -> FlagCard:
    answer = None if given is None else given.override
    return FlagCard(
        flag,
        answer,
        expired=answer is not None and answer.expires_on < today,
        card=card_of_finding(flag.finding, taken, flag=flag, answer=answer, why=flag.reopened_because),
        given=given,
    )
