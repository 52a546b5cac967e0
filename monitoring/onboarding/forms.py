"""What is typed to invite a patient, and to take an invitation up."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy, pgettext_lazy

from monitoring.people.models import User

LONGEST_PASSWORD = 128


class InvitePatientForm(forms.Form):
    """The address is asked for where there is no account yet."""

    email = forms.EmailField(
        label=pgettext_lazy("staff", "Patient’s email"),
        max_length=254,
        help_text=pgettext_lazy("staff", "They sign in with this address."),
    )

    def __init__(self, *args: Any, has_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_account:
            del self.fields["email"]


class WelcomeForm(forms.Form):
    """A birth date, so that a sheet that was found opens nothing, and a password of one's own."""

    birth_date = forms.DateField(
        label=gettext_lazy("Your birth date"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
        error_messages={
            "required": gettext_lazy("Write your birth date."),
            "invalid": gettext_lazy("Write a day like 1957-03-14."),
        },
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        help_text=gettext_lazy("Take 12 letters or more. A few words that only you would put together are good."),
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Choose a password.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """It is good enough; looked at before the date, so that no answer tells whether the date was right."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password
