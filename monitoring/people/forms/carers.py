"""What is said and typed so that somebody may help a patient."""

from typing import Any

from django import forms
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from monitoring.people.forms.accounts import LONGEST_PASSWORD
from monitoring.people.models import CarerInvitation, CarerMay, ConsentGiven

# What a patient says yes to, in the patient's words.
MAY = [
    (CarerMay.ANSWER, _("See my plan, and send check-ins for me")),
    (CarerMay.SEE, _("See my plan, and send nothing")),
]


class CarerForm(forms.Form):
    """The patient's yes to one person."""

    name = forms.CharField(
        label=_("Their name"), max_length=120, error_messages={"required": _("Write the name of your helper.")}
    )
    email = forms.EmailField(
        label=_("Their email"),
        max_length=254,
        help_text=_("They type it when they open the link."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write their email."), "invalid": _("Check this email. It looks wrong.")},
    )
    may = forms.ChoiceField(
        label=_("What may they do?"),
        choices=MAY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what they may do.")},
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty if you do not know. You can end it on any day."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Write a day.")},
    )


class StaffCarerForm(forms.Form):
    """The same, said by the patient to staff."""

    name = forms.CharField(label=pgettext_lazy("staff", "Carer’s name"), max_length=120)
    email = forms.EmailField(
        label=pgettext_lazy("staff", "Carer’s email"),
        max_length=254,
        help_text=pgettext_lazy("staff", "They type it when they open the link."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    may = forms.ChoiceField(
        label=pgettext_lazy("staff", "What the patient allows"),
        choices=[
            (CarerMay.ANSWER, pgettext_lazy("staff", "See the plan and check-ins, answer check-ins and report doses")),
            (CarerMay.SEE, pgettext_lazy("staff", "See the plan and check-ins only")),
        ],
        widget=forms.RadioSelect,
    )
    how = forms.ChoiceField(
        label=pgettext_lazy("staff", "How the patient said yes"),
        choices=[
            (ConsentGiven.IN_PERSON, pgettext_lazy("staff", "In person, to me")),
            (ConsentGiven.PAPER, pgettext_lazy("staff", "On paper, which is filed")),
        ],
        widget=forms.RadioSelect,
    )
    ends_on = forms.DateField(
        label=pgettext_lazy("staff", "Last day"),
        required=False,
        help_text=pgettext_lazy("staff", "Empty: until somebody ends it."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class EndConsentForm(forms.Form):
    reason = forms.CharField(
        label=pgettext_lazy("staff", "Why does it end?"),
        max_length=200,
        help_text=pgettext_lazy("staff", "Like “The patient asked for it by phone”."),
    )


class CarerAccountForm(forms.Form):
    """A first sign-in: whoever holds the link shows that it was meant for them by the address it was made for."""

    email = forms.EmailField(
        label=_("Your email"),
        max_length=254,
        help_text=_("The one that you gave to the person you help."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        error_messages={"required": _("Write your email."), "invalid": _("Check this email. It looks wrong.")},
    )
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=_("At least 12 letters or figures. Three words are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password.")},
    )

    def __init__(self, *args: Any, invitation: CarerInvitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        self.wrong_address = False

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if not constant_time_compare(email, self.invitation.email):
            self.wrong_address = True
            raise forms.ValidationError(_("This is not the email that was invited. Check it and try again."))
        return email
