"""What is typed to invite a patient, and to take an invitation up."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy, pgettext_lazy

from monitoring import languages
from monitoring.people.models import User
from monitoring.preferences.queries import preference_of

LONGEST_PASSWORD = 128
# English is not assumed: it would be kept before the patient’s own phone could say otherwise.
NOT_KNOWN = pgettext_lazy("staff", "Not known: as their phone asks")


class InvitePatientForm(forms.Form):
    """The address is asked for where there is no account yet, the language where none is known and there are more."""

    email = forms.EmailField(
        label=pgettext_lazy("staff", "Patient’s email"),
        max_length=254,
        help_text=pgettext_lazy("staff", "They sign in with this address."),
    )
    language = forms.ChoiceField(
        label=pgettext_lazy("staff", "Language the patient reads"),
        required=False,
        help_text=pgettext_lazy("staff", "The sheet, mails and reminders are in it. They can choose another."),
    )

    def __init__(self, *args: Any, user: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user is not None:
            del self.fields["email"]
        if len(languages.offered()) == 1 or (user is not None and preference_of(user).language):
            del self.fields["language"]
            return
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", NOT_KNOWN), *languages.offered().items()]


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
