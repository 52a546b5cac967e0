"""What each kind of person gets at an address: the rows of the table of routes."""

from dataclasses import dataclass
from typing import Any

OK = "answered"  # the page, or for a POST without content its errors or the page after it
LOGIN = "sign in"


@dataclass(frozen=True)
class Row:
    """What one address answers to somebody not signed in, a patient, a clinician who does not care for the patient,
    one who does, and an admin; and a carer who acts for the patient by a consent to see and to answer. Without `carer`
    a carer gets what the patient gets.

    `pk` says which object the address names, `query` what follows it; `is_noted` is off where a refusal is none of a
    record.
    """

    anonymous: Any
    patient: Any
    stranger: Any
    clinician: Any
    admin: Any
    method: str = "GET"
    pk: str = "patient"
    query: str = ""
    is_noted: bool = True
    carer: Any = None

    def gives(self, who: str) -> Any:
        """What the one whom the tests call `who` gets."""
        return self.patient if who == "carer" and self.carer is None else getattr(self, who)

    @property
    def is_about_a_patient(self) -> bool:
        return self.anonymous in {LOGIN, 401} and bool(self.stranger == 404)


def anyone(**more: Any) -> Row:
    return Row(OK, OK, OK, OK, OK, **more)


def signed_in(**more: Any) -> Row:
    return Row(LOGIN, OK, OK, OK, OK, **more)


def staff(**more: Any) -> Row:
    return Row(LOGIN, 403, OK, OK, 403, **more)


def care_team(**more: Any) -> Row:
    return Row(LOGIN, 403, 404, OK, 403, **more)


def own(**more: Any) -> Row:
    return Row(LOGIN, OK, 403, 403, 403, **more)


def own_alone(**more: Any) -> Row:
    """What a patient decides without their carers."""
    return Row(LOGIN, OK, 403, 403, 403, carer=403, **more)


def carers(**more: Any) -> Row:
    return Row(LOGIN, 403, 403, 403, 403, carer=OK, **more)


def admins(**more: Any) -> Row:
    return Row(LOGIN, 403, 403, 403, OK, **more)


def readers(**more: Any) -> Row:
    """Knowledge, which holds no patient: clinicians and admins alike."""
    return Row(LOGIN, 403, OK, OK, OK, **more)


def api(patient: Any, stranger: Any, clinician: Any, admin: Any, **more: Any) -> Row:
    """A program gets 401 where a browser is sent to sign in. Carers have no programs: they may only end a token."""
    return Row(401, patient, stranger, clinician, admin, carer=204 if patient == 204 else 403, **more)
