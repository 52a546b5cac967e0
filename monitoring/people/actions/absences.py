"""Who is away, and who stands in."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.audit.record import record
from monitoring.people.models import Absence, Clinic, User
from monitoring.people.rules import LONGEST_ABSENCE, comes_back_to

_AWAY_ALREADY = pgettext_lazy("staff", "%(name)s is already noted as away in this time. Cancel that first.")
_LEADS_BACK = pgettext_lazy("staff", "%(cover)s is away in this time too, and their cover leads back.")


@transaction.atomic
def record_absence(
    *,
    user: User,
    starts_at: datetime,
    ends_at: datetime,
    cover: User,
    by: User,
    now: datetime,
    note: str = "",
) -> Absence:
    """Note that a clinician is away and `cover` is told in their place: oneself, or by an admin for anybody.

    A ValidationError names the field that cannot be so: an end before the start or in the past, a span over another
    absence of the same person, a cover who is the person, is not an active clinician of the clinic, or whose own cover
    would lead back. PermissionDenied for another clinic's people and for a colleague who is no admin.
    """
    _may_change(user, by)
    # The clinic's row orders those who record at once: two covers noted together could name each other.
    Clinic.objects.select_for_update().get(pk=user.clinic_id)
    _check_span(starts_at, ends_at, now)
    _check_people(user, cover)
    others = _overlapping(user.clinic_id, starts_at, ends_at)
    own = others.filter(user=user).first()
    if own is not None:
        raise ValidationError({"starts_at": _AWAY_ALREADY % {"name": user.name}})
    if comes_back_to(user.pk, cover=cover.pk, cover_of=_covers_in(others)):
        raise ValidationError({"cover": _LEADS_BACK % {"cover": cover.name}})
    absence = Absence.objects.create(
        user=user, starts_at=starts_at, ends_at=ends_at, cover=cover, note=note.strip(), noted_at=now, noted_by=by
    )
    record(
        action="absence.record", now=now, by=by, object_type="absence", object_id=absence.pk,
        detail={"user": str(user.pk), "cover": str(cover.pk)},
    )  # fmt: skip
    return absence


@transaction.atomic
def cancel_absence(*, absence: Absence, by: User, now: datetime) -> None:
    """Take an absence back, or end one that is on: the person is told again from now on. Twice changes nothing.

    PermissionDenied as for recording one.
    """
    _may_change(absence.user, by)
    standing = Absence.objects.standing().filter(pk=absence.pk)
    if standing.update(cancelled_at=now, cancelled_by=by) != 1:
        return
    record(
        action="absence.cancel", now=now, by=by, object_type="absence", object_id=absence.pk,
        detail={"user": str(absence.user_id)},
    )  # fmt: skip


def _may_change(user: User, by: User) -> None:
    if by.clinic_id != user.clinic_id or not by.is_active or not (by.is_admin or by.pk == user.pk):
        raise PermissionDenied


def _check_span(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": pgettext("staff", "The end must be after the start.")})
    if ends_at <= now:
        raise ValidationError({"ends_at": pgettext("staff", "This time is over already.")})
    if ends_at - starts_at > LONGEST_ABSENCE:
        raise ValidationError(
            {"ends_at": pgettext("staff", "An absence lasts at most %(days)s days.") % {"days": LONGEST_ABSENCE.days}}
        )


def _check_people(user: User, cover: User) -> None:
    if not user.is_clinician or not user.is_active:
        raise ValidationError({"user": pgettext("staff", "Only an active clinician can be noted as away.")})
    if cover.pk == user.pk:
        raise ValidationError({"cover": pgettext("staff", "Choose somebody else: nobody covers for themselves.")})
    if not cover.is_clinician or not cover.is_active or cover.clinic_id != user.clinic_id:
        raise ValidationError({"cover": pgettext("staff", "Choose an active clinician of this clinic.")})


def _overlapping(clinic_id: UUID, starts_at: datetime, ends_at: datetime) -> QuerySet[Absence]:
    clinics = Absence.objects.standing().filter(user__clinic=clinic_id)
    return clinics.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


def _covers_in(overlapping: QuerySet[Absence]) -> dict[UUID, set[UUID]]:
    covers: dict[UUID, set[UUID]] = {}
    for person, cover in overlapping.values_list("user", "cover"):
        covers.setdefault(person, set()).add(cover)
    return covers
