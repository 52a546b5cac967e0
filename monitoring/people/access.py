"""Who may see whom. Every view goes through these; what is not yours looks like what does not exist."""

from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django_htmx.middleware import HtmxDetails
from rest_framework.permissions import SAFE_METHODS

from monitoring.audit.doors import View, role_required
from monitoring.audit.record import record_denial, record_read
from monitoring.help.views import numbers_for
from monitoring.people.models import CarerConsent, Patient, Role, User
from monitoring.people.queries import consents_of_carer

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

M = TypeVar("M", bound=models.Model)
P = ParamSpec("P")

# How long after a password was typed it need not be typed again to change where alerts go (judgement).
PROVEN_FOR = timedelta(minutes=15)
PROVEN_AT = "proven_at"
# Which patient a carer helps now, kept with the session.
HELPING = "helping"

clinician_required = role_required(Role.CLINICIAN)
# What is the patient's own to decide, whoever else may see and answer: carers, consents, signatures, feeds.
patient_self_required = role_required(Role.PATIENT)
carer_required = role_required(Role.CARER)
# Pages about the reader's own account, with the patient's face.
patient_face_required = role_required(Role.PATIENT, Role.CARER)
admin_required = role_required(Role.ADMIN)
staff_required = role_required(Role.CLINICIAN, Role.ADMIN)
any_role_required = role_required(*Role)


class SignedInRequest(HttpRequest):
    """A request that has passed one of the doors above."""

    user: User
    htmx: HtmxDetails
    renews_session: bool  # off for what a clock in the page asks for; see config.sessions


def patient_required(view: View[P]) -> View[P]:
    """Let a patient pass, and a carer to the pages of the patient they help now, by that patient's consent.

    The consent is read anew for each request. Without one: 403 and a line in the audit log. A carer who may only see
    gets the same for whatever is sent, with whom to call. One who has not chosen whom they help is asked.
    """
    return _patient_door(view, carers_send=True)


def patient_answers_required(view: View[P]) -> View[P]:
    """`patient_required`, for a page that is a form and nothing else: who may only see does not open it either."""
    return _patient_door(view, carers_send=True, carers_look=False)


def patient_sends_required(view: View[P]) -> View[P]:
    """`patient_required`, where a carer may look and only the patient may send: what they read and agree to."""
    return _patient_door(view, carers_send=False)


def _patient_door(view: View[P], *, carers_send: bool, carers_look: bool = True) -> View[P]:
    @wraps(view)
    def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_carer:
            consent = helping(request)
            if consent is None and request.method in SAFE_METHODS and HELPING not in request.session:
                return redirect("care")
            may_send = carers_send and consent is not None and consent.may_answer
            may_look = carers_look and request.method in SAFE_METHODS
            if consent is None or not (may_look or may_send):
                return _refuse_carer(request, consent)
        return view(request, *args, **kwargs)

    return role_required(Role.PATIENT, Role.CARER)(guarded)


def patient_of(request: HttpRequest) -> Patient | None:
    """Whose pages the patient's face shows to whoever is signed in: their own, or those of the patient a carer helps.

    None while no record is tied to the account, or no consent stands.
    """
    user = cast("User", request.user)
    if user.is_carer:
        consent = helping(request)
        return consent.patient if consent else None
    return Patient.objects.select_related("clinic").filter(user=user).first()


def helping(request: HttpRequest) -> CarerConsent | None:
    """By which consent a carer acts in this request, read once for it; None without one that stands.

    A carer of one patient need not choose. From here on nothing of the carer's other patients is visible to this
    request, so that an address or a form of one never meets the record of another.
    """
    user = request.user
    if not isinstance(user, User) or not user.is_carer:
        return None
    if not hasattr(request, "helping"):
        standing = {str(one.patient_id): one for one in consents_of_carer(user, timezone.now())}
        if HELPING not in request.session and len(standing) == 1:
            request.session[HELPING] = next(iter(standing))
        consent = standing.get(request.session.get(HELPING, ""))
        request.helping = consent  # type: ignore[attr-defined]
        user.helps = consent.patient_id if consent else None
    found: CarerConsent | None = request.helping  # type: ignore[attr-defined]
    return found


def help_patient(request: HttpRequest, consent: CarerConsent) -> None:
    """Act for the patient of this consent from the next request on; forms of another, still open, no longer work."""
    before = helping(request)
    request.session[HELPING] = str(consent.patient_id)
    if before is None or before.patient_id != consent.patient_id:
        rotate_token(request)


def _refuse_carer(request: HttpRequest, consent: CarerConsent | None) -> HttpResponse:
    """Note that a carer was turned away, forget whom they had chosen when that has ended, then answer 403.

    Who may see is told that they may do no more, and whom to call: they may have come to report a danger.
    """
    chosen = request.session.get(HELPING)
    record_denial(
        action="page.open",
        by=cast("User", request.user),
        now=timezone.now(),
        patient_id=consent.patient_id if consent else _uuid(chosen),
        object_type="page",
        object_id=request.resolver_match.view_name if request.resolver_match else "",
        reason="not allowed to carers" if consent else "no consent",
    )
    if consent is None:
        request.session.pop(HELPING, None)
    if consent is None or consent.may_answer:
        raise PermissionDenied
    context = {"numbers": numbers_for(request), "sent": request.method not in SAFE_METHODS}
    return render(request, "monitoring/people/only_looks.html", context, status=HTTPStatus.FORBIDDEN)


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
