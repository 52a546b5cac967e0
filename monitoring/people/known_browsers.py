"""Guessing one account's password from many addresses is put off, and the person is not locked out by it.

A browser in which somebody signed in keeps a proof of it; OWASP calls it a device cookie (Slow Down Online Guessing
Attacks with Device Cookies). Wrong passwords of an account are counted for all browsers without one together, whatever
their addresses, and for each browser with one by itself: whoever guesses from a thousand machines uses up the first
number and leaves the others.
"""

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from monitoring.rest.limits import is_beyond, is_spent

HOUR: Final = 3600
# Judgements: a person mistypes a few times; 1 200 guesses a day do not find twelve characters that are on no list.
WRONG_AN_HOUR: Final = 50
WRONG_AN_HOUR_HERE: Final = 20
KEPT_SECONDS: Final = 180 * 24 * HOUR
ACCOUNTS_A_BROWSER: Final = 8  # of a screen on a ward
SEPARATOR: Final = "."


def is_guessed(request: HttpRequest, email: str, now: datetime) -> bool:
    """Whether a try at this account from this browser is put off. It is the same for an account that does not exist."""
    return bool(email) and is_spent(*_counter(request, email), now, seconds=HOUR)


def count_wrong_password(request: HttpRequest, email: str, now: datetime) -> None:
    """What came with this address was no password of it."""
    if email:
        is_beyond(*_counter(request, email), now, seconds=HOUR)


def remember_browser(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Leave in this browser the proof that somebody signed in here with `email`. Nobody can read from it who.

    None is left where the phone or computer is said to be somebody else's.
    """
    if "not_mine" in request.POST:
        return
    nonce, proofs = _kept(request)
    nonce = nonce or secrets.token_urlsafe(16)
    mine = _proof(nonce, email)
    proofs = [mine, *(proof for proof in proofs if proof != mine)][:ACCOUNTS_A_BROWSER]
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME, SEPARATOR.join((nonce, *proofs)), max_age=KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Strict",
    )  # fmt: skip


def _counter(request: HttpRequest, email: str) -> tuple[int, str, str]:
    """What counts a wrong password for `email` from here: how many, under which name, for whom."""
    nonce, proofs = _kept(request)
    if any(hmac.compare_digest(proof, _proof(nonce, email)) for proof in proofs):
        return WRONG_AN_HOUR_HERE, "wrong-password-here", f"{nonce} {email}"
    return WRONG_AN_HOUR, "wrong-password", email


def _kept(request: HttpRequest) -> tuple[str, list[str]]:
    """What this browser brought: its own number, and a proof for each account. Nothing of it is believed yet."""
    nonce, *proofs = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "").split(SEPARATOR)
    return nonce, [proof for proof in proofs[:ACCOUNTS_A_BROWSER] if proof.isascii()]


def _proof(nonce: str, email: str) -> str:
    told = f"known browser {nonce} {email}".encode("utf-8", "surrogatepass")
    return hmac.digest(settings.SECRET_KEY.encode(), told, hashlib.sha256).hex()[:32]
