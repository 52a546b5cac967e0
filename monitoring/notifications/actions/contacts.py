"""By what a person can be reached: a mobile number that they confirm, browsers, and the order of it all."""

import logging
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from monitoring.audit.record import record
from monitoring.notifications.actions.queueing import queue_for_many
from monitoring.notifications.models import Channel, ContactPoint, ContactPreference, Template
from monitoring.notifications.queries import channels_in_service
from monitoring.notifications.rules import BROWSERS_A_DAY, CODE_LIVES, CODE_TRIES, CODES_A_DAY, CODES_COUNTED_FOR
from monitoring.notifications.senders.kinds import NoAddressError
from monitoring.notifications.senders.posting import StatusError
from monitoring.notifications.senders.sms import send_text
from monitoring.people.models import User

logger = logging.getLogger(__name__)

BROKEN = "it takes no messages any more"
FAREWELL = _("Evenkeel: we no longer send messages to this number. If you did not change this, call your clinic.")


class TooManyCodesError(Exception):
    """A person asked for more codes in a day than anybody needs."""


class TooManyBrowsersError(Exception):
    """A person turned on more browsers in a day than anybody has."""


class CodeNotSentError(Exception):
    """The gateway did not take the code: the number may be wrong, or the gateway away."""


class Answer(StrEnum):
    """What became of a code that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"  # too late, or too often wrong: it takes a new code


def send_number_code(*, number: str, by: User, now: datetime) -> ContactPoint:
    """Send a code to a number (E.164), by which `by` can confirm that it is theirs.

    Waits for the gateway, ten seconds at most, so call it outside any transaction. Raises TooManyCodesError, or
    CodeNotSentError when the gateway did not take it or there is none; then nothing waits for the code.
    """
    if Channel.SMS not in channels_in_service():
        raise CodeNotSentError
    point, code = ask_for_number(number=number, by=by, now=now)
    try:
        words = gettext("Evenkeel: your code is %(code)s. It works for 10 minutes.") % {"code": code}
        send_text(number, words, key=point.pk.hex)
    except (NoAddressError, StatusError, OSError) as problem:
        remove_contact(point=point, by=by, now=now)
        raise CodeNotSentError from problem
    return point


@transaction.atomic
def ask_for_number(*, number: str, by: User, now: datetime) -> tuple[ContactPoint, str]:
    """Keep a number (E.164) that is yet to be confirmed, and the code to send there: six figures, for ten minutes.

    The code itself is not kept. An earlier number that nobody confirmed is dropped. Raises TooManyCodesError
    after five codes in 24 hours: each costs money, and the number may be anybody's.
    """
    _lock(by)
    asked = ContactPoint.objects.filter(user=by, channel=Channel.SMS)
    if asked.filter(created_at__gt=now - CODES_COUNTED_FOR).count() >= CODES_A_DAY:
        raise TooManyCodesError
    unconfirmed = asked.filter(confirmed_at__isnull=True, disabled_at__isnull=True)
    unconfirmed.update(disabled_at=now, reason="another code was asked for", code_hash="", code_expires_at=None)
    same = asked.filter(address=number, disabled_at__isnull=True)
    same.update(disabled_at=now, reason="it is being confirmed again")
    point = ContactPoint(user=by, channel=Channel.SMS, address=number, created_at=now)
    code = f"{secrets.randbelow(10**6):06}"
    point.code_hash, point.code_expires_at = _hash(point, code), now + CODE_LIVES
    point.save(force_insert=True)
    _record("contact.ask", point, by=by, now=now)
    return point, code


@transaction.atomic
def confirm_number(*, point: ContactPoint, code: str, by: User, now: datetime) -> Answer:
    """Take a number into use when the code is right; the one before it goes out of use. Five tries for each code."""
    _lock(by)
    mine = ContactPoint.objects.filter(user=by, channel=Channel.SMS)
    live = mine.filter(pk=point.pk, disabled_at__isnull=True, code_expires_at__gt=now, code_tries__lt=CODE_TRIES)
    if live.update(code_tries=F("code_tries") + 1) != 1:
        return Answer.OVER
    point.refresh_from_db()
    if not constant_time_compare(point.code_hash, _hash(point, code)):
        _record("contact.confirm", point, by=by, now=now, outcome="failed")
        return Answer.OVER if point.code_tries >= CODE_TRIES else Answer.WRONG
    mine.usable().exclude(pk=point.pk).update(disabled_at=now, reason="another number took its place")
    mine.filter(pk=point.pk).update(confirmed_at=now, code_hash="", code_expires_at=None)
    _record("contact.confirm", point, by=by, now=now)
    _tell_of_change(by, f"contact {point.pk} added", now, point.pk)
    return Answer.RIGHT


def bid_farewell(*, points: Iterable[ContactPoint]) -> None:
    """Tell numbers that went out of use so, where a gateway takes it: somebody else may have changed them.

    Waits for the gateway, so call it outside any transaction. Mail and the message in the app say it as well, and
    do not depend on this.
    """
    for point in points:
        if Channel.SMS not in channels_in_service():
            return
        try:
            send_text(point.address, str(FAREWELL), key=f"{point.pk.hex}-farewell")
        except (NoAddressError, StatusError, OSError) as problem:
            logger.warning("farewell_not_sent", extra={"contact": str(point.pk), "error": type(problem).__name__})


@transaction.atomic
def add_browser(*, endpoint: str, keys: Mapping[str, str], label: str, by: User, now: datetime) -> ContactPoint:
    """Send web push to this browser from now on. One browser serves one person: whoever had it before loses it.

    They are told so. Raises TooManyBrowsersError after 20 in 24 hours.
    """
    _lock(by)
    same = ContactPoint.objects.filter(channel=Channel.WEB_PUSH, address=endpoint, disabled_at__isnull=True)
    mine = same.filter(user=by, keys=dict(keys)).first()
    if mine is not None:
        return mine
    today = ContactPoint.objects.filter(user=by, channel=Channel.WEB_PUSH, created_at__gt=now - CODES_COUNTED_FOR)
    if today.count() >= BROWSERS_A_DAY:
        raise TooManyBrowsersError
    for other in same.exclude(user=by).select_related("user"):
        _tell_broken(other, now)
    same.update(disabled_at=now, reason="this browser was turned on anew")
    point = ContactPoint.objects.create(
        user=by, channel=Channel.WEB_PUSH, address=endpoint, keys=dict(keys), label=label, created_at=now,
        confirmed_at=now,
    )  # fmt: skip
    _record("contact.add", point, by=by, now=now)
    _tell_of_change(by, f"contact {point.pk} added", now, point.pk)
    return point


@transaction.atomic
def remove_contact(*, point: ContactPoint, by: User, now: datetime) -> bool:
    """Send nothing there any more; False when that was so already."""
    mine = ContactPoint.objects.filter(pk=point.pk, user=by, disabled_at__isnull=True)
    if mine.update(disabled_at=now, reason="taken away", code_hash="", code_expires_at=None) != 1:
        return False
    _record("contact.remove", point, by=by, now=now)
    if point.confirmed_at is not None:
        _tell_of_change(by, f"contact {point.pk} removed", now, point.pk)
    return True


@transaction.atomic
def take_contacts_away(*, user: User, by: User, now: datetime) -> int:
    """Send nothing more to any number or browser of `user`, who has lost the phone; the count of those in use.

    `by` is somebody of the same clinic (else PermissionDenied). They are told by mail and in the app.
    """
    if by.clinic_id != user.clinic_id:
        raise PermissionDenied
    _lock(user)
    points = list(ContactPoint.objects.filter(user=user, disabled_at__isnull=True))
    mine = ContactPoint.objects.filter(pk__in=[point.pk for point in points])
    mine.update(disabled_at=now, reason="the phone is lost", code_hash="", code_expires_at=None)
    for point in points:
        _record("contact.remove", point, by=by, now=now)
    if points:
        _tell_of_change(user, f"contacts of {user.pk} removed {now.isoformat()}", now)
    return sum(point.confirmed_at is not None for point in points)


@transaction.atomic
def set_channel_order(*, order: Iterable[Channel], by: User, now: datetime) -> None:
    """Keep which channel a person wants tried first."""
    chosen = [str(channel) for channel in order]
    before = ContactPreference.objects.filter(user=by).values_list("order", flat=True).first()
    if chosen == before:
        return
    ContactPreference.objects.update_or_create(user=by, defaults={"order": chosen, "set_at": now})
    record(action="contact.order", now=now, by=by, object_type="user", object_id=by.pk, detail={"order": chosen})
    _tell_of_change(by, f"contact order {by.pk} {now.isoformat()}", now)


def disable_contacts(*, pks: Iterable[UUID], now: datetime, job: str) -> int:
    """Take contact points out of use that do not exist any more, and tell their people; the count of them."""
    return sum(_disable(pk, now, job) for pk in pks)


@transaction.atomic
def _disable(pk: UUID, now: datetime, job: str) -> bool:
    if ContactPoint.objects.filter(pk=pk, disabled_at__isnull=True).update(disabled_at=now, reason=BROKEN) != 1:
        return False
    point = ContactPoint.objects.select_related("user").get(pk=pk)
    record(
        action="contact.disable", now=now, job=job, clinic_id=point.user.clinic_id, object_type="contact_point",
        object_id=point.pk, reason=BROKEN,
    )  # fmt: skip
    _tell_broken(point, now)
    return True


def _tell_broken(point: ContactPoint, now: datetime) -> None:
    queue_for_many(
        recipients=[point.user],
        channels=[Channel.IN_APP, Channel.EMAIL],
        template=Template.CONTACT_BROKEN,
        dedupe_key=f"contact {point.pk} broken",
        ref_type="contact",
        ref_id=point.pk,
        now=now,
    )


def _lock(user: User) -> None:
    """Two tabs of one person are served one after the other."""
    User.objects.select_for_update().get(pk=user.pk)


def _hash(point: ContactPoint, code: str) -> str:
    return salted_hmac("contact code", f"{point.pk}:{code}", algorithm="sha256").hexdigest()


def _record(action: str, point: ContactPoint, *, by: User, now: datetime, outcome: str = "ok") -> None:
    record(
        action=action, now=now, by=by, object_type="contact_point", object_id=point.pk, outcome=outcome,
        detail={"channel": point.channel},
    )  # fmt: skip


def _tell_of_change(user: User, occasion: str, now: datetime, point: UUID | None = None) -> None:
    """By the ways that were there before: whoever changes them unasked must not go unnoticed."""
    queue_for_many(
        recipients=[user],
        channels=[Channel.IN_APP, Channel.EMAIL],
        template=Template.CONTACT_CHANGED,
        dedupe_key=occasion,
        ref_type="contact",
        ref_id=point,
        now=now,
    )
