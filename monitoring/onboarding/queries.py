"""What has been done of the first steps, what an invitation opens, and who of a clinic is made up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, QuerySet, Subquery, UUIDField
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import pgettext

from monitoring.alerts.models import EscalationPolicy
from monitoring.calendars.queries.feeds import feed_of
from monitoring.checkins.models import CheckInLink, SymptomReport
from monitoring.fields import token_digest
from monitoring.notifications.models import Carrier, Channel, ContactPoint
from monitoring.onboarding.models import Invitation, StartListDismissal
from monitoring.onboarding.rules import (
    SHOWN_FOR,
    InvitationFacts,
    InvitationStanding,
    StartList,
    Step,
    standing_of,
)
from monitoring.passkeys.queries import passkeys_of
from monitoring.people.models import Clinic, Patient, Role, User
from monitoring.people.queries import carers_of, invitations_waiting, open_sessions
from monitoring.regimens.models import FlagStatus, InteractionFlag, Override, Prescription
from monitoring.titration.models import TitrationPlan

DEMO_NUMBER = "DEMO-"


def start_list_of(user: User) -> StartList:
    """The first steps of a clinician or an admin, each ticked by what is kept: one question to the database."""
    return _clinician_list(user) if user.is_clinician else _admin_list(user)


def reminder_of(user: User, now: datetime) -> StartList | None:
    """The start list where pages still remind of it: in somebody's first month, until it is done or put away."""
    if user.joined_at < now - SHOWN_FOR:
        return None
    found = start_list_of(user)
    return found if found.is_shown else None


def _kept(user: User, **asked: Combinable) -> dict[str, Any]:
    """What is kept about somebody's first steps, beside whether they put the list away."""
    put_away = Exists(StartListDismissal.objects.filter(user=user))
    return dict(User.objects.values(put_away=put_away, **asked).get(pk=user.pk))


def _clinician_list(user: User) -> StartList:
    mine = Patient.objects.visible_to(user)
    taking = Prescription.objects.filter(patient__in=mine)
    by_age = mine.order_by("registered_at", "id").values("pk")
    flagged = InteractionFlag.objects.filter(patient__in=mine, status=FlagStatus.OPEN, blocking=True)
    kept = _kept(
        user,
        first_patient=Subquery(by_age[:1]),
        without_medicines=Subquery(by_age.exclude(pk__in=taking.values("patient"))[:1]),
        has_medicines=Exists(taking),
        # A key that points elsewhere is not read back as a UUID by itself, as a primary key is: SQLite keeps text.
        flagged_patient=Subquery(flagged.values("patient")[:1], output_field=UUIDField()),
        answered=Exists(Override.objects.filter(flag__patient__in=mine)),
        signed=Exists(TitrationPlan.objects.filter(patient__in=mine, signed_at__isnull=False)),
        invited=Exists(Invitation.objects.filter(patient__in=mine)),
        reported=Exists(SymptomReport.objects.filter(patient__in=mine)),
    )
    return StartList(_clinician_steps(kept), kept["put_away"])


def _clinician_steps(kept: dict[str, Any]) -> list[Step]:
    first, flagged = kept["first_patient"], kept["flagged_patient"]
    return [
        Step(
            pgettext("staff", "Register a patient"),
            pgettext("staff", "You are on the care team of whom you register."),
            reverse("register_patient"),
            pgettext("staff", "Register a patient"),
            first is not None,
        ),
        Step(
            pgettext("staff", "Add what they take"),
            pgettext("staff", "Each medicine is checked against the others as you add it."),
            _about("medication_new", kept["without_medicines"] or first),
            pgettext("staff", "Add a medicine"),
            kept["has_medicines"],
        ),
        Step(
            pgettext("staff", "Answer what was flagged"),
            pgettext("staff", "Say why you go on, and what you promise to watch: check-ins follow from it."),
            _about("medications", flagged or first),
            pgettext("staff", "See the flags"),
            kept["answered"] or (kept["has_medicines"] and flagged is None),
        ),
        Step(
            pgettext("staff", "Sign a plan"),
            pgettext("staff", "The dose moves only along steps that you signed, and waits when a check-in says so."),
            _about("plan_list", first),
            pgettext("staff", "Plan the doses"),
            kept["signed"],
        ),
        Step(
            pgettext("staff", "Invite the patient"),
            pgettext("staff", "A sheet of paper with a code. Their first check-in takes a minute."),
            _about("care_team", first),
            pgettext("staff", "Print an invitation"),
            kept["invited"] or kept["reported"],
        ),
    ]


def _about(name: str, patient_id: UUID | None) -> str:
    return reverse(name, args=[patient_id]) if patient_id else reverse("register_patient")


def _admin_list(user: User) -> StartList:
    clinicians = User.objects.filter(clinic=user.clinic_id, role=Role.CLINICIAN, is_active=True)
    kept = _kept(
        user,
        # A subquery that groups by what all have in common counts them; by itself it would return a row for each.
        clinicians=Coalesce(Subquery(clinicians.order_by().values("clinic").annotate(n=Count("pk")).values("n")), 0),
        has_policy=Exists(EscalationPolicy.objects.filter(clinic=user.clinic_id)),
        sent=Exists(Carrier.objects.filter(channel=Channel.EMAIL, accepted_at__isnull=False)),
        has_patients=Exists(Patient.objects.filter(clinic=user.clinic_id)),
    )
    return StartList(_admin_steps(user.clinic, kept), kept["put_away"])


def _admin_steps(clinic: Clinic, kept: dict[str, Any]) -> list[Step]:
    return [
        Step(
            pgettext("staff", "Say whom staff ring"),
            pgettext("staff", "When nobody answers an alert, this person does. Check the clinic’s numbers too."),
            reverse("clinic"),
            pgettext("staff", "Complete the clinic’s details"),
            bool(clinic.emergency_contact),
        ),
        Step(
            pgettext("staff", "Invite two clinicians"),
            pgettext("staff", "Alerts need somebody who answers, and somebody who stands in."),
            reverse("invite"),
            pgettext("staff", "Invite a clinician"),
            kept["clinicians"] >= 2,
        ),
        Step(
            pgettext("staff", "Settle who is told, and when"),
            pgettext("staff", "Without a policy of your own the usual one counts. A clinician approves."),
            reverse("escalation"),
            pgettext("staff", "See the escalation policy"),
            kept["has_policy"],
        ),
        Step(
            pgettext("staff", "See that mail leaves"),
            pgettext("staff", "Once a mail server has taken a message, reminders and alerts reach people."),
            reverse("outbox_health"),
            pgettext("staff", "See the outbox"),
            kept["sent"],
        ),
        Step(
            pgettext("staff", "Try it with made-up patients"),
            pgettext("staff", "A demo clinic holds nobody real. In a real clinic, register the first."),
            reverse("demo"),
            pgettext("staff", "See the demo data"),
            kept["has_patients"],
        ),
    ]


def demo_patients(clinic: Clinic) -> QuerySet[Patient]:
    """The made-up patients of a demo clinic whom somebody cares for, so that they are on its lists; else nobody."""
    if not clinic.is_demo:
        return Patient.objects.none()
    labelled = Patient.objects.filter(clinic=clinic, is_demo=True, identifier__startswith=DEMO_NUMBER)
    return labelled.filter(memberships__left_at__isnull=True, memberships__isnull=False).distinct()


def next_demo_number(clinic: Clinic) -> int:
    """The first number that no made-up patient of this clinic has had."""
    taken = Patient.objects.filter(clinic=clinic, identifier__startswith=DEMO_NUMBER)
    numbers = [text.removeprefix(DEMO_NUMBER) for text in taken.values_list("identifier", flat=True)]
    return max((int(text) for text in numbers if text.isdecimal()), default=0) + 1


def invitation_of(token: str) -> Invitation | None:
    """The invitation of this token, whatever has become of it; one look-up, so that any text costs the same."""
    found: Invitation | None = (
        Invitation.objects.select_related("patient__clinic", "user", "issued_by")
        .filter(token_hash=token_digest(token))
        .first()
    )
    return found


def invitation_standing(invitation: Invitation, now: datetime) -> InvitationStanding:
    """What this invitation opens at `now`."""
    facts = InvitationFacts(
        expires_at=invitation.expires_at,
        used_at=invitation.used_at,
        revoked_at=invitation.revoked_at,
        wrong_dates=invitation.wrong_dates,
        # Who printed a sheet and was let go may have kept it.
        has_account=invitation.user.is_active
        and invitation.patient.user_id == invitation.user_id
        and invitation.issued_by.is_active,
    )
    return standing_of(facts, now)


def open_invitation(patient: Patient, now: datetime) -> Invitation | None:
    """The sheet that was printed for this patient and can still be used."""
    found: Invitation | None = (
        Invitation.objects.filter(patient=patient, used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)
        .select_related("issued_by")
        .first()
    )
    return found


@dataclass(frozen=True, slots=True)
class WaysIn:
    """What opens or reads a patient's record without staff, or brings something that does; `carers` by name."""

    sessions: int
    passkeys: int
    contacts: int
    links: int
    calendar: bool
    sheet: bool
    carers: list[str]
    invited: int

    def counts(self) -> dict[str, int]:
        """How many there are of each, for the log."""
        return {
            "sessions": self.sessions, "passkeys": self.passkeys, "contacts": self.contacts, "links": self.links,
            "calendar": int(self.calendar), "sheet": int(self.sheet), "carers": len(self.carers),
            "invited": self.invited,
        }  # fmt: skip


def ways_in(patient: Patient, now: datetime) -> WaysIn:
    """What would go on opening this patient's record, whoever holds the phone; a token of a program is not counted."""
    user = patient.user
    standing = [one for one in carers_of(patient) if one.is_current(now)]
    return WaysIn(
        sessions=len(open_sessions(user, now)) if user else 0,
        passkeys=passkeys_of(user).count() if user else 0,
        contacts=ContactPoint.objects.usable().filter(user=user).count() if user else 0,
        links=CheckInLink.objects.usable(now).filter(patient=patient).count(),
        calendar=feed_of(patient) is not None,
        sheet=open_invitation(patient, now) is not None,
        carers=[one.carer.name for one in standing],
        invited=invitations_waiting(patient, now).count(),
    )
