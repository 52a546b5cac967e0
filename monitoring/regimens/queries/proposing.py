"""What the checker says of a regimen with a medicine that is not in it yet. Reads only."""

from dataclasses import dataclass
from datetime import date

from interactions.checking import Screening
from monitoring.people.models import Patient
from monitoring.regimens.models import FlagStatus
from monitoring.regimens.queries.asking import Asked, compare_with_flags
from monitoring.regimens.queries.cards import Card, Hazard, card_of_asked, hazards_of, taken_words, unknown_word
from monitoring.regimens.queries.courses import with_plans
from monitoring.regimens.queries.screening import Proposed, screen_patient
from monitoring.regimens.rules import flag_mark


@dataclass(frozen=True, slots=True)
class ProposedScreening:
    """What adding `proposed` would mean.

    `asked` must be answered before it becomes active, `told` is for knowing, `quiet` was answered before and has
    not changed. `screening` None: the check broke. `by_hand`: a person must check and say how.
    """

    proposed: Proposed
    screening: Screening | None
    asked: tuple[Card, ...] = ()
    told: tuple[Card, ...] = ()
    quiet: tuple[Card, ...] = ()

    @property
    def failed(self) -> bool:
        return self.screening is None

    @property
    def asked_hazards(self) -> tuple[Hazard, ...]:
        """What must be answered, one card a harm."""
        return hazards_of(self.asked)

    @property
    def by_hand(self) -> bool:
        return self.failed or not self.proposed.understood.checkable

    @property
    def not_checked(self) -> list[str]:
        if self.screening is None:
            return []
        return [unknown_word(each) for each in (*self.screening.not_checked, *self.screening.not_understood)]


def screen_proposed(patient: Patient, proposed: Proposed, on: date) -> ProposedScreening:
    """Screen the regimen with `proposed` in it, seen from `on`; nothing is stored."""
    screened = screen_patient(patient, on, proposed=proposed)
    if screened.screening is None:
        return ProposedScreening(proposed, None)
    taken = with_plans(taken_words(screened.exposures, screened.rows, on), screened.courses, on)
    concerned = [each for each in compare_with_flags(patient, screened, on) if _concerns(each, proposed)]
    cards = [card_of_asked(each, taken) for each in concerned]
    return ProposedScreening(
        proposed,
        screened.screening,
        asked=tuple(card for card in cards if card.why),
        told=tuple(card for card in cards if not card.why and card.answer is None),
        quiet=tuple(card for card in cards if not card.why and card.answer is not None),
    )


def _concerns(asked: Asked, proposed: Proposed) -> bool:
    """Whether the finding has to do with what is being added: it takes part, or it changes what was known."""
    if set(asked.finding.participants) & set(proposed.understood.ingredients) or asked.flag is None:
        return True
    return flag_mark(asked.flag.finding, FlagStatus.OPEN) != flag_mark(asked.shown, FlagStatus.OPEN)
