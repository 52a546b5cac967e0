"""Questions the outbox answers."""

from uuid import UUID

from django.db.models import Q, QuerySet

from monitoring.notifications.models import Channel, Notification, NotificationState
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


def unsent_to(ref_type: str, ref_id: UUID, channel: Channel, *, urgent: bool) -> QuerySet[Notification, UUID]:
    """The ids of the people to whom a message about this thing, as `urgent`, is still waiting to leave."""
    waiting = Notification.objects.filter(
        ref_type=ref_type,
        ref_id=ref_id,
        channel=channel,
        urgent=urgent,
        state__in=[NotificationState.PENDING, NotificationState.SENDING],
    )
    return waiting.values_list("recipient", flat=True)


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
