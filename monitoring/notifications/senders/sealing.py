"""The address that a message brings, encrypted while the message waits: a copy of the table opens nothing.

A message that is tried again brings the same address; once it was sent, or never will be, what is sealed is emptied.
"""

import base64
import os
from functools import lru_cache
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from monitoring.notifications.models import Notification

NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
PURPOSE: Final = b"evenkeel: the address in a message"


def seal(path: str, *, recipient_id: UUID, occasion: str) -> str:
    """`path` as it may be kept. It opens only in a message to this person on this occasion, by any channel."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = _cipher(settings.SECRET_KEY).encrypt(nonce, path.encode(), _bound_to(recipient_id, occasion))
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(notification: Notification) -> str:
    """The path that this message brings; "" for none, and for one sealed with a key that was replaced since."""
    if not notification.sealed_link:
        return ""
    try:
        kept = base64.urlsafe_b64decode(notification.sealed_link)
        bound = _bound_to(notification.recipient_id, notification.occasion)
        return _cipher(settings.SECRET_KEY).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], bound).decode()
    except (InvalidTag, ValueError):
        return ""


def _bound_to(recipient_id: UUID, occasion: str) -> bytes:
    return f"notification|sealed_link|{recipient_id}|{occasion}".encode()


@lru_cache(maxsize=2)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=PURPOSE).derive(secret.encode()))
