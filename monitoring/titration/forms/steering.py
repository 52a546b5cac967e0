"""What a clinician writes to go back to a dose that was borne."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from monitoring.titration.forms.signing import ReasonForm


class RollBackForm(ReasonForm):
    """A reason; and a second one for a fall of baclofen that counts as abrupt."""

    without_taper_reason = forms.CharField(
        label=pgettext_lazy("staff", "Why cut baclofen down this fast?"),
        min_length=10,
        max_length=300,
        required=False,
        help_text=pgettext_lazy(
            "staff", "A fast fall after weeks of use can bring withdrawal. Say why it is needed and who watches."
        ),
        error_messages={
            "required": pgettext_lazy(
                "staff", "Say why baclofen is cut down this fast, or set a dose in between by hand."
            )
        },
    )

    def __init__(self, *args: Any, abrupt: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if abrupt:
            self.fields["without_taper_reason"].required = True
        else:
            del self.fields["without_taper_reason"]
