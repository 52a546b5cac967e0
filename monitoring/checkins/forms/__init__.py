"""The forms of check-ins. Import these names from here."""

from monitoring.checkins.forms.answering import NO_ANSWER, NOTHING_TICKED, DangerForm, PageForm, SendForm, StaffForm
from monitoring.checkins.forms.timing import CadenceForm, TimesForm, cadence_shown, known_zones, times_shown

__all__ = [
    "NOTHING_TICKED",
    "NO_ANSWER",
    "CadenceForm",
    "DangerForm",
    "PageForm",
    "SendForm",
    "StaffForm",
    "TimesForm",
    "cadence_shown",
    "known_zones",
    "times_shown",
]
