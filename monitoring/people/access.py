"""Who may see whom. Every view goes through these; what is not yours looks like what does not exist."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from django.db import models
from django.http import Http404, HttpRequest
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from monitoring.audit.doors import role_required
from monitoring.audit.record import record_denial, record_read
from monitoring.people.models import Patient, Role, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

M = TypeVar("M", bound=models.Model)

# How long after a password was typed it need not be typed again to change where alerts go (judgement).
PROVEN_FOR = timedelta(minutes=15)
PROVEN_AT = "proven_at"

clinician_required = role_required(Role.CLINICIAN)
patient_required = role_required(Role.PATIENT)
admin_required = role_required(Role.ADMIN)
staff_required = role_required(Role.CLINICIAN, Role.ADMIN)
any_role_required = role_required(*Role)


class SignedInRequest(HttpRequest):
    """A request that has passed one of the doors above."""

    user: User
    htmx: HtmxDetails


def patient_of(request: HttpRequest) -> Patient | None:
    """Whose pages the patient's face shows to whoever is signed in; None while no record is tied to the account."""
    return Patient.objects.select_related("clinic").filter(user=cast("User", request.user)).first()


def note_proof(request: HttpRequest, now: datetime) -> None:
    """Keep with this session that whoever holds it typed the password at `now`."""
    request.session[PROVEN_AT] = now.timestamp()


def proven_lately(request: HttpRequest, now: datetime) -> bool:
    """Whether the password was typed in this session within the last 15 minutes."""
    age = now.timestamp() - float(request.session.get(PROVEN_AT, 0))
    return 0 <= age <= PROVEN_FOR.total_seconds()


def get_patient_or_404(user: "User | AnonymousUser", pk: object) -> Patient:
    """The patient, when `user` may see them. Not theirs, missing and malformed are the same Http404.

    Being refused an existing patient is noted in the audit log, and so is asking for one that does not exist, so
    that both cost the same time. Call it outside any transaction, and `record_read` (or use
    `read_patient_or_404`) before showing anything.
    """
    return get_visible_or_404(Patient, user, pk)


def read_patient_or_404(user: "User | AnonymousUser", pk: object, *, what: str) -> Patient:
    """`get_patient_or_404`, and a line in the audit log that `user` was shown `what` of this patient."""
    patient = get_patient_or_404(user, pk)
    record_read(patient_id=patient.pk, what=what, by=cast("User", user), now=timezone.now())
    return patient


def get_visible_or_404(model: type[M], user: "User | AnonymousUser", pk: object) -> M:
    """One row of a patient-scoped model that `user` may see, else Http404 and a line in the audit log."""
    key = _uuid(pk)
    if key is None:
        raise Http404
    manager: Any = model._default_manager
    found: M | None = manager.visible_to(user).filter(pk=key).first()
    if found is None:
        if isinstance(user, User):
            _note_refusal(manager, user, key)
        raise Http404
    return found


def _note_refusal(manager: Any, user: User, key: UUID) -> None:
    is_patient = manager.model is Patient
    patient_id = manager.filter(pk=key).values_list("pk" if is_patient else "patient_id", flat=True).first()
    record_denial(
        action="patient.read" if patient_id else "missing.read",
        by=user,
        now=timezone.now(),
        patient_id=patient_id,
        object_type=manager.model._meta.model_name,
        object_id=key,
        reason="not on the care team" if patient_id else "no such object",
    )


def _uuid(value: object) -> UUID | None:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        return None
