"""What was done with the cards that hospital systems showed. Reads only."""

from collections import Counter
from typing import Final

from django.utils.translation import pgettext_lazy

from interactions.cds_hooks.door.feedback import feedback_between
from interactions.checking.reasons import DISPLAYS
from monitoring.people.models import User
from monitoring.reports.rules import Count, Elsewhere, Period

_WORDS: Final = {
    **DISPLAYS,
    "other": pgettext_lazy("staff", "Another reason"),
    "": pgettext_lazy("staff", "No reason given"),
}


def known_reason(code: str) -> str:
    """A reason that a card offered, by its code; "other" for one of the sender's own, "" for none."""
    return code if code in _WORDS else "other"


def reason_words(code: str) -> str:
    return str(_WORDS[known_reason(code)])


def done_elsewhere(reader: User, period: Period) -> Elsewhere:
    """Counts of the feedback in a period that came from the systems of the reader's clinic.

    Words that somebody wrote there are left out: they may speak of a patient.
    """
    rows = feedback_between(period.start, period.end, tenant=reader.clinic_id)
    outcomes = Counter(row.outcome for row in rows)
    reasons = Counter(known_reason(row.reason_code) for row in rows if row.outcome == "overridden")
    return Elsewhere(
        accepted=outcomes["accepted"],
        overridden=outcomes["overridden"],
        reasons=tuple(Count(code or "none", str(_WORDS[code]), count) for code, count in reasons.most_common()),
    )
