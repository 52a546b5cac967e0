"""What people type to sign in, to invite each other and to register patients."""

import re
from typing import Any, cast

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from interactions.checking.conditions import read_conditions
from monitoring.people.models import Patient, Role, Sex, User, validate_time_zone
from monitoring.people.queries import clinicians_of, colleagues_to_add

LONGEST_PASSWORD = 128


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with: an empty POST is an empty form with its errors, a GET is a fresh one."""
    return request.POST if request.method == "POST" else None


class SignInForm(AuthenticationForm):
    username = forms.EmailField(
        label=_("Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username webauthn"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    # One answer for a wrong password, an unknown address and an account that is switched off.
    error_messages = {
        "invalid_login": _("The email or password is wrong. Check both and try again."),
        "inactive": _("The email or password is wrong. Check both and try again."),
    }

    def clean_username(self) -> str:
        """One spelling per person, so that tries cannot be spread over capital letters."""
        username: str = self.cleaned_data["username"]
        return username.lower()


class NewPasswordForm(forms.Form):
    """One's own password. The present one is asked for unless it was typed, or a passkey used, a moment ago."""

    present = forms.CharField(
        label=_("Your present password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, proven: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["password"].help_text = " ".join(password_validators_help_texts())
        if proven:
            del self.fields["present"]

    def clean_present(self) -> str:
        """It is theirs; wrong tries count with those on the sign-in page."""
        return _own_password(self.request, self.cleaned_data["present"])

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, cast("User", self.request.user))
        return password


class ProofForm(forms.Form):
    """The password of whoever is signed in, typed once more."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        """It is theirs; wrong tries count with those on the sign-in page."""
        return _own_password(self.request, self.cleaned_data["password"])


def _own_password(request: HttpRequest, password: str) -> str:
    user = request.user
    found = authenticate(request, username=user.get_username(), password=password)
    if found is None or found.pk != user.pk:
        raise forms.ValidationError(_("This is not your password. Check it and try again."), code="not_yours")
    return password


class InviteForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("staff", "Name"), max_length=120)
    email = forms.EmailField(
        label=pgettext_lazy("staff", "Email"),
        max_length=254,
        help_text=pgettext_lazy("staff", "They sign in with this address."),
    )
    role = forms.ChoiceField(
        label=pgettext_lazy("staff", "Role"),
        choices=[
            (Role.CLINICIAN, pgettext_lazy("staff", "Clinician: sees and treats the patients of their care teams")),
            (Role.ADMIN, pgettext_lazy("staff", "Admin: sees users and the audit log, no clinical content")),
        ],
        widget=forms.RadioSelect,
    )


class PatientSignInForm(forms.Form):
    """The address is asked for the first time only; a new password needs none."""

    email = forms.EmailField(
        label=pgettext_lazy("staff", "Patient’s email"),
        max_length=254,
        help_text=pgettext_lazy("staff", "They sign in with this address."),
    )

    def __init__(self, *args: Any, has_account: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = not has_account


class CareTeamForm(forms.Form):
    clinician = forms.ModelChoiceField(
        label=pgettext_lazy("staff", "Colleague"),
        queryset=User.objects.none(),
        empty_label=pgettext_lazy("staff", "Choose a colleague"),
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clinician"].queryset = colleagues_to_add(patient)  # type: ignore[attr-defined]


class EmergencyContactForm(forms.Form):
    contact = forms.CharField(
        label=pgettext_lazy("staff", "Whom staff ring when nobody answers"),
        max_length=120,
        required=False,
        help_text=pgettext_lazy(
            "staff", "A name and a telephone number, like “Consultant on call, 020 7946 0199”. Patients do not see it."
        ),
    )


class AbsenceForm(forms.Form):
    """Times are on the clinic’s clock. Only an admin chooses whose absence it is."""

    user = forms.ModelChoiceField(
        label=pgettext_lazy("staff", "Who is away?"),
        queryset=User.objects.none(),
        empty_label=pgettext_lazy("staff", "Choose a clinician"),
        error_messages={
            "required": pgettext_lazy("staff", "Choose who is away."),
            "invalid_choice": pgettext_lazy("staff", "Choose an active clinician."),
        },
    )
    starts_at = forms.DateTimeField(
        label=pgettext_lazy("staff", "From"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": pgettext_lazy("staff", "Write when it begins."),
            "invalid": pgettext_lazy("staff", "Write a day and a time."),
        },
    )
    ends_at = forms.DateTimeField(
        label=pgettext_lazy("staff", "Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": pgettext_lazy("staff", "Write when it ends."),
            "invalid": pgettext_lazy("staff", "Write a day and a time."),
        },
    )
    cover = forms.ModelChoiceField(
        label=pgettext_lazy("staff", "Who stands in?"),
        queryset=User.objects.none(),
        empty_label=pgettext_lazy("staff", "Choose a colleague"),
        help_text=pgettext_lazy(
            "staff", "They are told of the alerts in this time, and can join the care teams to answer them."
        ),
        error_messages={
            "required": pgettext_lazy("staff", "Choose who stands in."),
            "invalid_choice": pgettext_lazy("staff", "Choose an active clinician."),
        },
    )
    note = forms.CharField(
        label=pgettext_lazy("staff", "Note"),
        max_length=200,
        required=False,
        help_text=pgettext_lazy("staff", "Colleagues see it."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = clinicians_of(by.clinic)
        self.fields["cover"].queryset = colleagues if by.is_admin else colleagues.exclude(pk=by.pk)  # type: ignore[attr-defined]
        if by.is_admin:
            self.fields["user"].queryset = colleagues  # type: ignore[attr-defined]
        else:
            del self.fields["user"]


class RegisterPatientForm(forms.Form):
    """Everything empty is unknown; nothing here has a normal value to fall back on."""

    identifier = forms.CharField(
        label=pgettext_lazy("staff", "Patient number"),
        max_length=40,
        help_text=pgettext_lazy("staff", "Your clinic’s own number."),
    )
    family_name = forms.CharField(label=pgettext_lazy("staff", "Family name"), max_length=80)
    given_names = forms.CharField(label=pgettext_lazy("staff", "Given names"), max_length=80)
    birth_date = forms.DateField(
        label=pgettext_lazy("staff", "Birth date"), widget=forms.DateInput(attrs={"type": "date"})
    )
    sex = forms.ChoiceField(label=pgettext_lazy("staff", "Sex"), choices=Sex, required=False)
    phone = forms.CharField(label=pgettext_lazy("staff", "Phone"), max_length=30, required=False)
    email = forms.EmailField(label=pgettext_lazy("staff", "Email"), max_length=254, required=False)
    time_zone = forms.CharField(
        label=pgettext_lazy("staff", "Time zone"),
        max_length=60,
        required=False,
        validators=[validate_time_zone],
        help_text=pgettext_lazy("staff", "Like Europe/London. Empty is the clinic’s."),
    )
    egfr = forms.DecimalField(
        label="eGFR",
        max_digits=4,
        decimal_places=1,
        required=False,
        help_text=pgettext_lazy("staff", "mL/min/1.73 m². Empty is unknown, which raises the caution."),
    )
    egfr_on = forms.DateField(
        label=pgettext_lazy("staff", "Day of the eGFR"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    qtc_ms = forms.IntegerField(label="QTc", required=False, help_text=pgettext_lazy("staff", "In milliseconds."))
    weight_kg = forms.DecimalField(
        label=pgettext_lazy("staff", "Weight"),
        max_digits=5,
        decimal_places=1,
        required=False,
        help_text=pgettext_lazy("staff", "In kilograms."),
    )
    allergies = forms.CharField(label=pgettext_lazy("staff", "Allergies"), max_length=200, required=False)
    conditions = forms.CharField(
        label=pgettext_lazy("staff", "Conditions"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=pgettext_lazy(
            "staff",
            "One on each line, in your words. Write “none” when you asked and there are none. "
            "Leave empty when nobody has asked.",
        ),
    )

    def facts(self) -> dict[str, Any]:
        """The arguments of `register_patient` that were typed, conditions read into codes."""
        facts = dict(self.cleaned_data)
        lines = [line for line in re.split(r"[\r\n;]+", facts.pop("conditions")) if line.strip()]
        if not lines:
            return facts | {"conditions": None}
        if [line.strip(" .").casefold() for line in lines] == ["none"]:
            return facts | {"conditions": []}
        codes, not_understood = read_conditions([line.strip() for line in lines])
        return facts | {"conditions": sorted(codes), "conditions_not_understood": list(not_understood)}
