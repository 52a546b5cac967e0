"""Web push: an encrypted, content-free message to each browser of a person (RFC 8030, 8291, 8292)."""

import json
import time
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext

from monitoring.notifications.models import Channel, ContactPoint, Notification
from monitoring.notifications.rules import SEND_TIMEOUT_SECONDS, push_service_of
from monitoring.notifications.senders.kinds import Letter, NoAddressError
from monitoring.notifications.senders.posting import Destination, ForbiddenAddressError, StatusError, post
from monitoring.notifications.senders.sealing import unseal

MOST_BROWSERS = 5
# A push service drops what a browser that is off has not fetched by then; the message in the app stays.
KEPT_SECONDS = 24 * 3600
TOPIC_LENGTH = 32  # the longest there may be (RFC 8030, 5.4)
GONE = frozenset({404, 410})
# Answers about the push service itself. Any other refusal is of this browser, and waiting would not mend it.
PUT_OFF = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class _Browser:
    pk: UUID
    endpoint: str
    keys: dict[str, str]


def write(notification: Notification) -> Letter:
    """A message that says nothing but that there is something to read, for each of the person's browsers."""
    points = ContactPoint.objects.usable().filter(user=notification.recipient_id, channel=Channel.WEB_PUSH)
    newest = points.order_by("-confirmed_at", "id")[:MOST_BROWSERS]
    browsers = [_Browser(point.pk, point.address, point.keys) for point in newest]
    if not browsers or not settings.VAPID_KEY:
        raise NoAddressError
    topic = notification.dedupe_key[:TOPIC_LENGTH]
    headers = {"TTL": str(KEPT_SECONDS), "Urgency": "high" if notification.urgent else "normal", "Topic": topic}
    url = unseal(notification) or "/messages/"
    words = {"title": "Evenkeel", "body": gettext("There is something to read."), "url": url, "tag": topic}
    payload = json.dumps(words).encode()
    letter = Letter(lambda: _to_each(browsers, payload, headers, letter.gone))
    return letter


def _to_each(browsers: list[_Browser], payload: bytes, headers: dict[str, str], gone: list[UUID]) -> None:
    """Send to every browser; one that took it is enough. Ten seconds in all, however many there are."""
    ends_at, taken = time.monotonic() + SEND_TIMEOUT_SECONDS, False
    refusal: NoAddressError | None = None
    problem: Exception | None = None
    for place, browser in enumerate(browsers):
        share = (ends_at - time.monotonic()) / (len(browsers) - place)
        try:
            _to_one(browser, payload, headers, max(share, 0.1))
            taken = True
        except NoAddressError as answer:
            refusal = refusal or answer
            if isinstance(answer.__cause__, StatusError) and answer.__cause__.status in GONE:
                gone.append(browser.pk)
        except Exception as error:  # noqa: BLE001 - the other browsers are tried as well; the first error is raised below
            problem = problem or error
    failure = problem or refusal
    if not taken and failure is not None:
        raise failure


def _to_one(browser: _Browser, payload: bytes, headers: dict[str, str], seconds: float) -> None:
    host = push_service_of(browser.endpoint, settings.PUSH_SERVICES)
    if host is None:
        raise ForbiddenAddressError
    sealed = {**headers, **_vapid(browser.endpoint), "Content-Encoding": "aes128gcm"}
    where = Destination(browser.endpoint, public_only=host not in settings.PUSH_SERVICES)
    try:
        post(where, body=_encrypt(payload, browser), headers=sealed, seconds=seconds)
    except StatusError as answer:
        if 400 <= answer.status < 500 and answer.status not in PUT_OFF:
            raise NoAddressError from answer
        raise


def _encrypt(payload: bytes, browser: _Browser) -> bytes:
    from pywebpush import WebPusher  # type: ignore[import-untyped]

    info: dict[str, Any] = {"endpoint": browser.endpoint, "keys": browser.keys}
    try:
        body: bytes = WebPusher(info).encode(payload, "aes128gcm")["body"]
    except ValueError as problem:  # a key that is no point of the curve: no message can ever be read there
        raise NoAddressError from problem
    return body


def _vapid(endpoint: str) -> dict[str, str]:
    """The signature by which a push service knows us; it tells whom to write to when we misbehave."""
    from py_vapid import Vapid02  # type: ignore[import-untyped]

    site = settings.SITE_URL
    subject = site if site.startswith("https://") else f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"
    scheme, _, rest = endpoint.partition("://")
    claims = {"sub": subject, "aud": f"{scheme}://{rest.partition('/')[0]}"}
    signed: dict[str, str] = Vapid02.from_raw(settings.VAPID_KEY.encode()).sign(claims)
    return signed


def public_key() -> str:
    """The public half of our key, as a browser wants it: base64url without padding."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from py_vapid import Vapid02
    from py_vapid.utils import b64urlencode  # type: ignore[import-untyped]

    point = Vapid02.from_raw(settings.VAPID_KEY.encode()).public_key.public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    text: str = b64urlencode(point)
    return text
