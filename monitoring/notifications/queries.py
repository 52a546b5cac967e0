"""Questions the outbox answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from monitoring.notifications.models import (
    OUTWARD,
    Carrier,
    Channel,
    ContactPoint,
    ContactPreference,
    Notification,
    NotificationState,
)
from monitoring.notifications.rules import CODE_TRIES, problem_words
from monitoring.people.models import Patient, Role, User


def inbox(user: User) -> QuerySet[Notification]:
    """The messages in the app for `user`, newest first: there from the moment they were queued."""
    return Notification.objects.filter(recipient=user, channel=Channel.IN_APP).order_by("-created_at", "id")


def unread_count(user: User) -> int:
    """How many messages `user` has not marked as read."""
    return inbox(user).filter(read_at__isnull=True).count()


def refs_told(user: User, ref_type: str) -> QuerySet[Notification, UUID | None]:
    """The ids of the things of one type that `user` has been told of."""
    told = Notification.objects.filter(recipient=user, ref_type=ref_type)
    return told.values_list("ref_id", flat=True)


def unsent_to(ref_type: str, ref_id: UUID, *, urgent: bool) -> QuerySet[Notification, UUID]:
    """The ids of the people to whom a message about this thing, as `urgent`, still waits to leave by any channel.

    Somebody whose other channel took the same message has been told, and is not among them. Nor is somebody whose
    message was withdrawn while it was leaving: if it does not arrive it is not tried again.
    """
    outward = Notification.objects.filter(ref_type=ref_type, ref_id=ref_id, urgent=urgent, channel__in=OUTWARD)
    taken = outward.filter(
        recipient=OuterRef("recipient"), occasion=OuterRef("occasion"), state=NotificationState.ACCEPTED
    )
    waiting = outward.filter(
        state__in=[NotificationState.PENDING, NotificationState.SENDING], withdrawn_at__isnull=True
    )
    return waiting.exclude(Exists(taken)).values_list("recipient", flat=True)


def failing(user: User) -> QuerySet[Notification]:
    """Messages of the user's clinic that were given up and not dealt with, or failed and are tried again.

    A message to a patient is listed only for those who may see the patient, and for admins, who mend
    addresses.
    """
    given_up = Q(state=NotificationState.DEAD, dismissed_at__isnull=True)
    in_trouble = Q(state__in=[NotificationState.PENDING, NotificationState.SENDING]) & ~Q(last_error="")
    rows = Notification.objects.filter(given_up | in_trouble, recipient__clinic=user.clinic_id)
    if user.role != Role.ADMIN:
        mine = Patient.objects.visible_to(user).filter(user__isnull=False).values("user")
        rows = rows.filter(~Q(recipient__role=Role.PATIENT) | Q(recipient__in=mine))
    return rows.select_related("recipient__patient").order_by("-urgent", "created_at", "id")


def given_up_count(user: User) -> int:
    """How many of those were given up."""
    return failing(user).filter(state=NotificationState.DEAD).count()


def channels_in_service() -> tuple[Channel, ...]:
    """The outward channels this installation has; web push and text messages need settings of their own."""
    there = {
        Channel.EMAIL: True,
        Channel.WEB_PUSH: bool(getattr(settings, "VAPID_KEY", "")),
        Channel.SMS: bool(getattr(settings, "SMS_GATEWAY_URL", "")),
    }
    return tuple(channel for channel in OUTWARD if there[channel])


def channels_for(recipients: Iterable[User]) -> dict[UUID, tuple[Channel, ...]]:
    """The outward channels by which each person can be reached now, in the order the person wants; two queries.

    E-mail is always among them, since everybody signs in with an address. The others need a contact point that
    is confirmed and works, and an installation that has the channel.
    """
    ids = [person.pk for person in recipients]
    reachable: dict[UUID, set[str]] = {pk: {Channel.EMAIL} for pk in ids}
    for pk, channel in ContactPoint.objects.usable().filter(user__in=ids).values_list("user", "channel"):
        reachable[pk].add(channel)
    wanted = dict(ContactPreference.objects.filter(user__in=ids).values_list("user", "order"))
    there = channels_in_service()
    return {pk: _in_order(there, reachable[pk], wanted.get(pk, [])) for pk in ids}


def _in_order(there: tuple[Channel, ...], reachable: set[str], wanted: list[str]) -> tuple[Channel, ...]:
    usable = [channel for channel in there if channel in reachable]
    return tuple(sorted(usable, key=lambda each: wanted.index(each) if each in wanted else len(wanted)))


def contacts_of(user: User, channel: Channel) -> QuerySet[ContactPoint]:
    """The numbers or browsers by which `user` is reached, newest first."""
    return ContactPoint.objects.usable().filter(user=user, channel=channel).order_by("-confirmed_at", "id")


def number_to_confirm(user: User, now: datetime) -> ContactPoint | None:
    """The number to which a code was sent that still works."""
    points = ContactPoint.objects.filter(user=user, channel=Channel.SMS, disabled_at__isnull=True)
    live = points.filter(confirmed_at__isnull=True, code_expires_at__gt=now, code_tries__lt=CODE_TRIES)
    return live.order_by("-created_at", "id").first()


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """One channel of a clinic's outbox, and what carries it."""

    channel: Channel
    in_service: bool
    waiting: int
    failing: int
    given_up: int
    oldest: datetime | None
    carrier: Carrier | None
    resting: bool

    @property
    def works(self) -> bool:
        """Whether anything was ever taken; a message in the app needs no carrier."""
        return self.channel == Channel.IN_APP or (self.carrier is not None and self.carrier.accepted_at is not None)

    @property
    def problem(self) -> str:
        """What the carrier last reported, in words, while it is failing."""
        return problem_words(self.carrier.last_error) if self.carrier and self.carrier.failures else ""


def outbox_health(clinic_id: UUID, now: datetime) -> list[ChannelHealth]:
    """What waits, fails and was given up in one clinic, by channel: counts only, so that an admin may see them.

    The carriers are the whole installation's.
    """
    unsent = Q(state__in=[NotificationState.PENDING, NotificationState.SENDING])
    rows = Notification.objects.filter(recipient__clinic=clinic_id).filter(
        unsent | Q(state=NotificationState.DEAD, dismissed_at__isnull=True)
    )
    counted = rows.values("channel").annotate(
        waiting=Count("pk", filter=unsent & Q(next_at__lte=now, last_error="")),
        failing=Count("pk", filter=unsent & ~Q(last_error="")),
        given_up=Count("pk", filter=Q(state=NotificationState.DEAD)),
        oldest=Min("created_at", filter=unsent & Q(next_at__lte=now)),
    )
    found = {row["channel"]: row for row in counted.order_by("channel")}
    carriers = {carrier.channel: carrier for carrier in Carrier.objects.all()}
    there = (Channel.IN_APP, *channels_in_service())
    lines = []
    for channel in Channel:
        row, carrier = found.get(channel.value), carriers.get(channel)
        lines.append(
            ChannelHealth(
                channel=channel,
                in_service=channel in there,
                waiting=row["waiting"] if row else 0,
                failing=row["failing"] if row else 0,
                given_up=row["given_up"] if row else 0,
                oldest=row["oldest"] if row else None,
                carrier=carrier,
                resting=carrier is not None and carrier.rests_until is not None and carrier.rests_until > now,
            )
        )
    return lines
