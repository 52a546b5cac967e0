"""What people type to sign in, to invite each other, to register patients and to say who may help."""

from monitoring.people.forms.accounts import (
    LONGEST_PASSWORD,
    AbsenceForm,
    CareTeamForm,
    EmergencyContactForm,
    InviteForm,
    NewPasswordForm,
    PatientSignInForm,
    ProofForm,
    RegisterPatientForm,
    SignInForm,
    posted,
)
from monitoring.people.forms.carers import CarerAccountForm, CarerForm, EndConsentForm, StaffCarerForm
from monitoring.people.forms.hours import OpeningHoursForm

__all__ = [
    "LONGEST_PASSWORD",
    "AbsenceForm",
    "CareTeamForm",
    "CarerAccountForm",
    "CarerForm",
    "EmergencyContactForm",
    "EndConsentForm",
    "InviteForm",
    "NewPasswordForm",
    "OpeningHoursForm",
    "PatientSignInForm",
    "ProofForm",
    "RegisterPatientForm",
    "SignInForm",
    "StaffCarerForm",
    "posted",
]
