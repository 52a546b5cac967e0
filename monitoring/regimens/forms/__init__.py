"""What people type about a regimen, read into values. Import these names from here."""

from monitoring.regimens.forms.answers import AcknowledgeForm, GoAheadForm, WithdrawForm
from monitoring.regimens.forms.changes import CancelForm, ChangeDoseForm, StopForm
from monitoring.regimens.forms.context import ContextForm
from monitoring.regimens.forms.prescribing import DoseForm, SearchForm

__all__ = [
    "AcknowledgeForm",
    "CancelForm",
    "ChangeDoseForm",
    "ContextForm",
    "DoseForm",
    "GoAheadForm",
    "SearchForm",
    "StopForm",
    "WithdrawForm",
]
