"""How people and programs come in: a session for a browser; for a program a token that dies with the password."""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from monitoring.people.access import note_proof
from monitoring.people.actions import note_sign_in
from monitoring.people.known_browsers import HOUR, count_wrong_password, is_guessed
from monitoring.people.models import User
from monitoring.people.queries import idle_seconds, user_of_token
from monitoring.people.rules import SESSION_BEGAN, SESSION_IDLE
from monitoring.rest.limits import is_beyond, is_spent, seconds_left
from monitoring.templatetags.offline import NOT_MINE

# From one address, behind which may stand a hospital at the change of shifts (judgement).
SIGN_INS_A_MINUTE: Final = 240
FAILED_A_MINUTE: Final = 30


class ApiRequest(Request):
    """A request that has passed the API's door."""

    user: User


class TokenSignIn(TokenAuthentication):
    """`Authorization: Token …`, as the token endpoint gave it."""

    def authenticate_credentials(self, key: str) -> tuple[User, Any]:
        user = user_of_token(key, now=timezone.now())
        if user is None:
            raise AuthenticationFailed("The token is wrong or has expired. Sign in again.")
        return user, None


def sign_in_by_password(request: HttpRequest, *, email: str, password: str, now: datetime) -> User | None:
    """Whose address and password these are; None for nobody's. Too many wrong tries are Throttled.

    Tries count together with those on the sign-in page.
    """
    if is_guessed(request, email, now):
        raise Throttled(wait=seconds_left(now, HOUR), detail="Too many tries at this account. Wait an hour.")
    user = authenticate(request, username=email, password=password)
    if getattr(request, "axes_locked_out", False):
        # The page's answer to this is HTML; the flag would put it in the place of ours.
        request.axes_locked_out = False  # type: ignore[attr-defined]
        raise Throttled(wait=15 * 60, detail="Too many tries. Wait 15 minutes.")
    if not isinstance(user, User):
        count_wrong_password(request, email, now)
        return None
    user_logged_in.send(sender=User, request=request, user=user)
    return user


def start_session(request: HttpRequest, user: User, *, method: str, now: datetime) -> None:
    """Sign in whoever has just proved by `method` that they are `user`: a new session under a new key, and a line.

    Neither the account's state nor the proof is looked at here. What an anonymous visitor kept is left behind.
    """
    with transaction.atomic():
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        note_session(request, user, method=method, now=now)


def note_session(request: HttpRequest, user: User, *, method: str, now: datetime) -> None:
    """What follows every sign-in, in its transaction: the line in the log, the list of sessions, the fresh proof.

    Whether the phone or computer is somebody else's, as ticked, is kept with the session: then nothing stays on it.
    """
    note_sign_in(
        user=user, now=now, session_key=request.session.session_key or "",
        user_agent=request.headers.get("User-Agent", ""), method=method,
    )  # fmt: skip
    note_proof(request, now)
    request.session[SESSION_IDLE], request.session[SESSION_BEGAN] = idle_seconds(user), now.timestamp()
    request.session[NOT_MINE] = "not_mine" in request.POST
    # For what floors above this one do at every sign-in, once its answer stands.
    request.signed_in = user, now  # type: ignore[attr-defined]


def too_many_tries(request: HttpRequest, now: datetime) -> bool:
    """Count one more try to sign in from this address; whether it is put off: too many in all, or too many failed.

    Counted in this minute, over all accounts and ways. Wrong passwords of one account are counted besides: with the
    address, 5 in 15 minutes; and over all addresses, see known_browsers.
    """
    address = request.META.get("REMOTE_ADDR", "")
    return is_beyond(SIGN_INS_A_MINUTE, "sign-in", address, now) or is_spent(
        FAILED_A_MINUTE, "sign-in-failed", address, now
    )


def count_failed_try(request: HttpRequest, now: datetime) -> None:
    """Nobody signed in with what came from this address."""
    is_beyond(FAILED_A_MINUTE, "sign-in-failed", request.META.get("REMOTE_ADDR", ""), now)
