"""What a clinician types to draw up, redraw, sign or release. Import these names from here."""

from monitoring.titration.forms.signing import ReasonForm, SignForm
from monitoring.titration.forms.starting import Ground, Left, PlanStartForm
from monitoring.titration.forms.stepping import BaseStepFormSet, StepFormSet, initial_rows, read_amounts
from monitoring.titration.forms.tablets import tablets_initial, tablets_of_product
from monitoring.titration.forms.words import basis_mark, basis_text

__all__ = [
    "BaseStepFormSet",
    "Ground",
    "Left",
    "PlanStartForm",
    "ReasonForm",
    "SignForm",
    "StepFormSet",
    "basis_mark",
    "basis_text",
    "initial_rows",
    "read_amounts",
    "tablets_initial",
    "tablets_of_product",
]
