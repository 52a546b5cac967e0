"""The ceremonies of Web Authentication: what a browser is asked, and whether its answer holds."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from monitoring.passkeys.rules import CHALLENGE_LIFE

# What the library and the CBOR below it raise at malformed input.
REFUSED = (
    WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
KNOWN_TRANSPORTS = frozenset({"ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"})
LONGEST_ANSWER = 16 * 1024
TIMEOUT_MS = int(CHALLENGE_LIFE.total_seconds() * 1000)


class RefusedError(Exception):
    """The answer does not hold; why is nobody's business but the log's."""


@dataclass(frozen=True, slots=True)
class Site:
    """For whom a passkey is: the host's name, and the one origin at which it may be used."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey, as its device described it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool
    transports: list[str]


@dataclass(frozen=True, slots=True)
class Used:
    """A passkey that signed."""

    sign_count: int
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser says before anything is checked: which passkey, and whose."""

    credential_id: bytes
    user_handle: bytes


def options_to_add(*, site: Site, user_id: UUID, email: str, name: str, known: list[bytes]) -> tuple[str, bytes]:
    """What a browser is asked to make a passkey, as JSON, and the challenge in it; `known` ones are not made twice."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Evenkeel",
        user_id=user_id.bytes,
        user_name=email,
        user_display_name=name,
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return webauthn.options_to_json(options), options.challenge


def options_to_sign_in(*, site: Site) -> tuple[str, bytes]:
    """What a browser is asked to sign in with any passkey of this host, as JSON, and the challenge in it."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, timeout=TIMEOUT_MS, user_verification=UserVerificationRequirement.REQUIRED
    )
    return webauthn.options_to_json(options), options.challenge


def read_answer(text: str) -> Answer:
    """Which passkey an answer speaks of. RefusedError for what is no answer."""
    if len(text) > LONGEST_ANSWER:
        raise RefusedError("too long")
    try:
        credential = parse_authentication_credential_json(text)
    except REFUSED as error:
        raise RefusedError(type(error).__name__) from error
    return Answer(credential.raw_id, credential.response.user_handle or b"")


def verify_new(text: str, *, challenge: bytes, site: Site) -> Made:
    """The passkey that a browser made, when its answer holds at this site for this challenge; else RefusedError."""
    if len(text) > LONGEST_ANSWER:
        raise RefusedError("too long")
    try:
        credential = webauthn.helpers.parse_registration_credential_json(text)
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except REFUSED as error:
        raise RefusedError(type(error).__name__) from error
    sent: Any = credential.response.transports or []
    return Made(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        backed_up=made.credential_backed_up,
        transports=sorted({str(one.value) for one in sent} & KNOWN_TRANSPORTS),
    )


def verify_use(text: str, *, challenge: bytes, site: Site, public_key: bytes) -> Used:
    """That this passkey signed this challenge at this site, its user verified; else RefusedError.

    The counter is not judged here: the library would hide a copied key among wrong signatures.
    """
    try:
        used = webauthn.verify_authentication_response(
            credential=text,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except REFUSED as error:
        raise RefusedError(type(error).__name__) from error
    return Used(used.new_sign_count, used.credential_backed_up)


def encoded(challenge: bytes) -> str:
    """A challenge as a session can keep it."""
    return str(webauthn.helpers.bytes_to_base64url(challenge))


def decoded(text: str) -> bytes:
    """A challenge as a session kept it."""
    return bytes(base64url_to_bytes(text))
