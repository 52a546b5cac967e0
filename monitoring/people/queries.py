"""Accounts and care teams, as pages list them."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import F, Q, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac
from rest_framework.authtoken.models import Token

from monitoring import fields
from monitoring.audit.queries import days_opened, stepped_in, with_parts
from monitoring.people.models import (
    Absence,
    AbsenceQuerySet,
    CarerConsent,
    CarerInvitation,
    CarerMay,
    CareTeamMembership,
    Clinic,
    OpenSession,
    Patient,
    Role,
    User,
)
from monitoring.people.rules import WRONG_TRIES, stand_ins

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# A working day: as long as a person's own sign-in could last.
TOKEN_LIFE: Final = timedelta(hours=12)
PART_MARK: Final = "."
# How far back the pages tell who opened a record.
ACCESS_SHOWN: Final = timedelta(days=90)


def accounts(clinic: Clinic) -> QuerySet[User]:
    """Everybody with an account in this clinic, the active first."""
    return User.objects.filter(clinic=clinic).order_by("-is_active", "role", "name", "pk")


def clinicians_of(clinic: Clinic) -> QuerySet[User]:
    """The active clinicians of a clinic, by name."""
    return User.objects.filter(clinic=clinic, role=Role.CLINICIAN, is_active=True).order_by("name", "pk")


def care_team(patient: Patient) -> QuerySet[CareTeamMembership]:
    """The current members of a patient's care team, by name."""
    return (
        CareTeamMembership.objects.current()
        .filter(patient=patient)
        .select_related("clinician")
        .order_by("clinician__name", "pk")
    )


def colleagues_to_add(patient: Patient) -> QuerySet[User]:
    """Active clinicians of the patient's clinic who are not on the care team."""
    return clinicians_of(patient.clinic).exclude(pk__in=care_team(patient).values("clinician"))


def patients_found(user: User, text: str) -> QuerySet[Patient]:
    """The patients `user` may see whose name, number or birth date each word of `text` fits."""
    found = Patient.objects.filter(pk__in=Patient.objects.visible_to(user))
    for word in text.split():
        fits = Q(family_name__icontains=word) | Q(given_names__icontains=word) | Q(identifier__icontains=word)
        with suppress(ValueError):
            fits |= Q(birth_date=date.fromisoformat(word))
        found = found.filter(fits)
    return found


@dataclass(frozen=True, slots=True)
class Opening:
    """That somebody opened a patient's record on one of the patient's days; `who` is None for an account that is gone.

    `stepped_in` holds for whoever joined the care team on that day because an alert had reached them.
    """

    who: User | None
    is_carer: bool
    day: date
    times: int
    last: datetime
    parts: tuple[str, ...]
    stepped_in: bool

    @property
    def words(self) -> list[str]:
        """The parts as staff read them."""
        return [part.replace("_", " ") for part in self.parts]


def days_opened_by_others(patient: Patient, now: datetime) -> QuerySet[Any, Any]:
    """Who but the patient opened the record in the last 90 days, by person and day; for `openings_of`."""
    return days_opened(patient.pk, since=now - ACCESS_SHOWN, zone=patient.zone, but=[Role.PATIENT])


def openings_of(patient: Patient, rows: Iterable[dict[str, Any]], now: datetime) -> list[Opening]:
    """These days with the names of people and what they looked at; three queries however many there are."""
    days = with_parts(rows, patient.pk, patient.zone)
    people = {str(pk): who for pk, who in User.objects.in_bulk({UUID(each.actor_id) for each in days}).items()}
    joined = stepped_in(patient.pk, since=now - ACCESS_SHOWN)
    steps = {(each.actor_id, patient.local_date(each.at)) for each in joined}
    return [
        Opening(
            who=people.get(each.actor_id), is_carer=each.role == Role.CARER, day=each.day, times=each.times,
            last=each.last, parts=each.parts, stepped_in=(each.actor_id, each.day) in steps,
        )
        for each in days
    ]  # fmt: skip


def last_openings(patient: Patient, now: datetime, n: int = 3) -> list[Opening]:
    """The latest of them, for `monitoring/people/_opened.html`."""
    return openings_of(patient, days_opened_by_others(patient, now)[:n], now)


def token_digest(text: str, user: User) -> str:
    """What is kept of a token. The password's own hash is part of it, so that a new password ends it."""
    return hashlib.sha256(f"{text}{user.get_session_auth_hash()}".encode()).hexdigest()[:40]


def user_of_token(text: str, *, now: datetime) -> User | None:
    """The active person for whom this token was issued and still counts; None for any other text."""
    try:
        owner = UUID(text.partition(PART_MARK)[0])
    except ValueError:
        return None
    kept = Token.objects.select_related("user").filter(user=owner, created__gt=now - TOKEN_LIFE).first()
    if kept is None or not kept.user.is_active or not constant_time_compare(kept.key, token_digest(text, kept.user)):
        return None
    user: User = kept.user
    return user


@dataclass(frozen=True, slots=True)
class Staff:
    """A clinic's active clinicians at one moment, and who covers those of them who are away."""

    clinicians: dict[UUID, User]
    cover_of: dict[UUID, UUID]

    @property
    def present(self) -> list[User]:
        """Everybody who is not away."""
        return [person for pk, person in self.clinicians.items() if pk not in self.cover_of]

    def in_place_of(self, wanted: Iterable[UUID]) -> list[User]:
        """Those of `wanted` who are there, and the covers of those who are not; see `rules.stand_ins`."""
        found = stand_ins(wanted, able=self.clinicians, cover_of=self.cover_of)
        return [self.clinicians[pk] for pk in found]


def staff_of(clinic_id: UUID, now: datetime) -> Staff:
    """Who of this clinic can answer at `now`, by account and by absence; two queries.

    Of two absences that overlap, which only an older version could write, the later noted one counts.
    """
    clinicians = User.objects.filter(clinic=clinic_id, role=Role.CLINICIAN, is_active=True).order_by("id")
    away = Absence.objects.at(now).filter(user__clinic=clinic_id).order_by("noted_at")
    return Staff({person.pk: person for person in clinicians}, dict(away.values_list("user", "cover")))


def absences(user: User, now: datetime) -> AbsenceQuerySet:
    """The absences of the user's clinic that are on or ahead, soonest first."""
    standing: AbsenceQuerySet = Absence.objects.standing().filter(user__clinic=user.clinic_id, ends_at__gt=now)
    return standing.select_related("user", "cover", "noted_by").order_by("starts_at", "pk")


def stands_in_for(user: User, now: datetime) -> list[User]:
    """The colleagues whose part falls to `user` at `now`, through any chain of covers."""
    staff = staff_of(user.clinic_id, now)
    away = User.objects.filter(pk__in=staff.cover_of).order_by("name", "pk")
    return [person for person in away if staff.in_place_of([person.pk]) == [user]]


def consents_of_carer(carer: User, now: datetime) -> QuerySet[CarerConsent]:
    """By what this carer may act at `now`: a consent for each patient, by the patient's name."""
    found = CarerConsent.objects.at(now).filter(carer=carer, patient__clinic=carer.clinic_id)
    return found.select_related("patient__clinic").order_by("patient__given_names", "patient__family_name", "pk")


def may_answer_for(carer: User, patient: Patient, now: datetime) -> bool:
    """Whether the patient lets this carer send answers at `now`, and the carer's account is on."""
    allowed = consents_of_carer(carer, now).filter(patient=patient, may=CarerMay.ANSWER, carer__is_active=True)
    return allowed.exists()


def carers_of(patient: Patient) -> QuerySet[CarerConsent]:
    """Every consent of this patient, those that were not withdrawn first, then the latest."""
    found = CarerConsent.objects.filter(patient=patient).select_related("carer", "given_by", "withdrawn_by", "patient")
    return found.order_by(F("withdrawn_at").desc(nulls_first=True), "-began_at", "pk")


def invitations_waiting(patient: Patient, now: datetime) -> QuerySet[CarerInvitation]:
    """The invitations of carers that can still be taken up, the latest first."""
    return open_invitations(now).filter(patient=patient).select_related("invited_by")


def open_invitations(now: datetime) -> QuerySet[CarerInvitation]:
    """Neither used, revoked, run out nor tried too often."""
    found: QuerySet[CarerInvitation] = CarerInvitation.objects.filter(
        used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now, wrong_tries__lt=WRONG_TRIES
    )
    return found


def invitation_of(token: str, now: datetime) -> CarerInvitation | None:
    """The invitation this link opens at `now`; None for every other text, alike."""
    waiting = open_invitations(now).filter(token_digest=fields.token_digest(token))
    found = waiting.select_related("patient__clinic").first()
    return found if found is not None and found.invited_by.is_active else None


def idle_seconds(user: User) -> int:
    """After how long without a person a session of `user` ends."""
    return int(settings.SESSION_COOKIE_AGE if user.has_patient_face else settings.STAFF_IDLE_SECONDS)


def screen_mark(user: "User | AnonymousUser") -> str:
    """Tells a page that stood open whether still the same person is signed in, and not who that is."""
    return salted_hmac("screen", str(user.pk), algorithm="sha256").hexdigest()[:32] if user.is_authenticated else ""


def open_sessions(user: User, now: datetime) -> list[OpenSession]:
    """Where `user` is signed in, the latest used first; each has `last_used_at`."""
    known = list(OpenSession.objects.filter(user=user))
    ends = dict(
        Session.objects.filter(session_key__in=[one.session_key for one in known], expire_date__gt=now).values_list(
            "session_key", "expire_date"
        )
    )
    alive = [one for one in known if one.session_key in ends]
    for one in alive:
        # Each page moves the end of its session: that far back is the last page.
        last = ends[one.session_key] - timedelta(seconds=idle_seconds(user))
        one.last_used_at = min(now, max(last, one.began_at))
    return sorted(alive, key=lambda one: one.last_used_at or one.began_at, reverse=True)
