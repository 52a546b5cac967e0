"""Text messages, through a gateway that takes JSON over HTTP."""

import json

from django.conf import settings
from django.utils.translation import gettext

from monitoring.notifications.models import Channel, ContactPoint, Notification
from monitoring.notifications.rules import SEND_TIMEOUT_SECONDS
from monitoring.notifications.senders.kinds import Letter, NoAddressError
from monitoring.notifications.senders.posting import Destination, StatusError, post
from monitoring.notifications.senders.sealing import unseal

# Answers about the gateway, or about our account with it, that say nothing of the number.
NOT_THE_NUMBER = frozenset({401, 402, 403, 407, 408, 425, 429})


def write(notification: Notification) -> Letter:
    """A text message that says nothing but that there is something to read."""
    points = ContactPoint.objects.usable().filter(user=notification.recipient_id, channel=Channel.SMS)
    point = points.order_by("-confirmed_at", "id").first()
    if point is None or not settings.SMS_GATEWAY_URL:
        raise NoAddressError
    number, pk = point.address, point.pk
    link = unseal(notification)
    words = gettext("you have a message from your clinic. No sign-in needed:")
    words = words if link else gettext("there is something to read.")
    text = f"Evenkeel: {words} {settings.SITE_URL.rstrip('/')}{link}"

    def leave() -> None:
        try:
            send_text(number, text, key=notification.dedupe_key)
        except NoAddressError:
            letter.gone.append(pk)
            raise

    letter = Letter(leave)
    return letter


def send_text(number: str, text: str, *, key: str) -> None:
    """Hand one text message to the gateway; `key` lets it drop a second copy.

    Raises NoAddressError when the gateway says that the number is wrong, and what `post` raises otherwise.
    """
    body = json.dumps({"to": number, "from": settings.SMS_SENDER, "text": text}).encode()
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}",
        "Idempotency-Key": key,
    }
    where = Destination(settings.SMS_GATEWAY_URL, public_only=False)
    try:
        post(where, body=body, headers=headers, seconds=SEND_TIMEOUT_SECONDS)
    except StatusError as answer:
        if 400 <= answer.status < 500 and answer.status not in NOT_THE_NUMBER:
            raise NoAddressError from answer
        raise
