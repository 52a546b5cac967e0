"""When a message that could not be sent is tried again, and when to give up. Pure.

The figures without a source are judgements: they are ours, and short beside the minutes of an escalation.
"""

import base64
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

LEASE = timedelta(seconds=45)
SEND_TIMEOUT_SECONDS = 10.0
SWEEP_BUDGET_SECONDS = 25.0
GIVE_UP_AFTER = timedelta(hours=24)
BROKEN_ATTEMPTS = 5
# An urgent message that no carrier has taken by then goes by the person's next channel as well.
FAILOVER_AFTER = timedelta(seconds=60)
QUIET_BETWEEN = timedelta(minutes=5)
JITTER = 0.2
# How many messages of one channel a sweep has under way at once, so that one that hangs holds up none of the others.
LANE = 6
# So long one waits for the other of its channel to be taken and noted; then the other hangs, and it goes as well.
TURN_SECONDS = 2.0
# A carrier that failed so often in a row is left alone by what can wait, and tried by a few urgent messages at a time.
TRIPPED_AFTER = 3
PROBES = 2
REST_SECONDS = (30, 60, 120, 300)
# A number that a gateway refuses is broken only if the gateway took another one lately: else the gateway may be.
CARRIER_FRESH_FOR = timedelta(minutes=1)
CARRIER_PROVEN_FOR = timedelta(days=1)
# The beginning of what a sender reports, and what it means to the person who must act.
PROBLEMS = (
    ("NoAddressError 4", "This number or browser takes no messages any more"),
    ("NoAddressError", "There is no address for this channel"),
    ("ForbiddenAddressError", "This browser’s push service is not one we may call"),
    ("StatusError 401", "The gateway refused our sign-in"),
    ("StatusError 403", "The gateway refused our sign-in"),
    ("StatusError 429", "The gateway asked us to slow down"),
    ("StatusError 3", "The gateway’s address has moved; correct the setting"),
    ("StatusError", "The gateway turned the message down"),
    ("SMTPRecipientsRefused 5", "The mail server does not know this address"),
    ("SMTPRecipientsRefused", "The mail server put this address off"),
    ("SMTPAuthenticationError", "The mail server refused our sign-in"),
    ("SMTPServerDisconnected", "The mail server hung up"),
    ("SMTP", "The mail server turned the message down"),
    ("TimeoutError", "The server did not answer in time"),
    ("Connection", "The server could not be reached"),
    ("gaierror", "The server could not be found by its name"),
    ("SSL", "The server’s certificate could not be trusted"),
    ("OSError", "The server could not be reached"),
)
# Where browsers' own push services listen: Chrome and its kin, Firefox, Safari, Edge.
PUSH_SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
# The marks of a browser in what it says of itself; the more particular ones first.
CODE_LIVES = timedelta(minutes=10)  # ASVS 5.0, 6.5.5
CODE_TRIES = 5
CODES_A_DAY = 5
CODES_COUNTED_FOR = timedelta(hours=24)
# Each browser that is turned on is told of by mail: more in a day are a script's, not a person's.
BROWSERS_A_DAY = 20
BACK_OFF_SECONDS = (5, 15, 45, 120, 300, 600)


class Fault(StrEnum):
    """Whose fault a failure is."""

    CARRIER = "carrier"  # the server or the network: waiting may help, and others will fail as well
    RECIPIENT = "recipient"  # the server put this one address off: waiting may help
    ADDRESS = "address"  # there is no such address: only another channel will help
    MESSAGE = "message"  # it cannot be written, whoever carries it


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again, not before `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Stop trying; a person must see it."""

    why: str


def back_off(attempt: int, jitter: float) -> timedelta:
    """The wait after try number `attempt` (1 is the first): 5 s growing to 10 min, ± 20 %.

    `jitter` lies in −1…1 and comes from the caller, so that the wait is known when it is.
    """
    base = BACK_OFF_SECONDS[min(max(attempt, 1), len(BACK_OFF_SECONDS)) - 1]
    return timedelta(seconds=base * (1 + JITTER * max(-1.0, min(1.0, jitter))))


def after_failure(*, attempt: int, created_at: datetime, now: datetime, fault: Fault, jitter: float) -> Retry | GiveUp:
    """What to do after try number `attempt` failed.

    A server that refuses or is away is tried for 24 hours. A message that cannot be written is given up after five
    tries, and one to an address that does not exist at once: waiting will not mend it.
    """
    if fault == Fault.ADDRESS:
        return GiveUp("there is no such address")
    if fault == Fault.MESSAGE and attempt >= BROKEN_ATTEMPTS:
        return GiveUp(f"it could not be written in {attempt} tries")
    if now - created_at >= GIVE_UP_AFTER:
        return GiveUp(f"it could not be sent in 24 hours ({attempt} tries)")
    return Retry(now + back_off(attempt, jitter))


def rest_after(failures: int) -> timedelta | None:
    """How long what can wait leaves a carrier alone after so many failures in a row; None while it may be chance."""
    if failures < TRIPPED_AFTER:
        return None
    place = min(failures - TRIPPED_AFTER, len(REST_SECONDS) - 1)
    return timedelta(seconds=REST_SECONDS[place])


def problem_words(error: str) -> str:
    """What a sender reported, in words for staff; the technical name stays beside it."""
    words = next((words for beginning, words in PROBLEMS if error.startswith(beginning)), "")
    return words or "The message could not be written"


class WrongNumberError(ValueError):
    """What was typed is no mobile number; the text says why to the person."""


def read_number(text: str, *, dialling_code: str) -> str:
    """A telephone number as gateways want it (E.164: + and up to 15 digits), from how people write one.

    "07700 900123" is taken to be of the country of `dialling_code`. Raises WrongNumberError for anything else.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"\+?[0-9 ().\-/\u2010-\u2013]+", folded):
        raise WrongNumberError("Write the number with figures only, such as +44 7700 900123.")
    digits = re.sub(r"[^0-9]", "", folded.replace("(0)", ""))
    if folded.startswith("+"):
        number = digits
    elif digits.startswith("00"):
        number = digits[2:]
    elif digits.startswith("0") or dialling_code == "1":
        number = dialling_code + digits.removeprefix("0").removeprefix("1" if dialling_code == "1" else "")
    else:
        raise WrongNumberError("Start the number with 0 or with + and the country’s code.")
    if not 8 <= len(number) <= 15 or number.startswith("0"):
        raise WrongNumberError("This number is too short or too long.")
    return f"+{number}"


def push_service_of(endpoint: str, own: Sequence[str]) -> str | None:
    """The host of a push service that may be called: one that browsers use, or one of the clinic's `own`.

    None for every other address, since it comes from a browser and would be called from inside the clinic.
    """
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme != "https" or parts.username is not None or parts.password is not None or parts.fragment:
        return None
    if not re.fullmatch(r"[\x21-\x7e]+", endpoint) or "\\" in endpoint:
        return None
    if host in own:
        return host
    known = port in {None, 443} and any(host == name or host.endswith(f".{name}") for name in PUSH_SERVICES)
    return host if known else None


def is_subscription_key(text: str, *, length: int) -> bool:
    """Whether `text` is base64url of `length` bytes: 65 for a browser's public key, 16 for its secret (RFC 8291)."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+={0,2}", text):
        return False
    bare = text.rstrip("=")
    try:
        return len(base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_")) == length
    except ValueError:
        return False
