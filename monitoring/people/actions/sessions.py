"""Sign-ins and sign-outs, noted where they happen; and ending a session elsewhere."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from rest_framework.authtoken.models import Token

from monitoring.audit.models import Outcome
from monitoring.audit.record import record
from monitoring.people.models import OpenSession, SignInMethod, User
from monitoring.people.queries import open_sessions
from monitoring.people.rules import browser_label


@transaction.atomic
def note_sign_in(
    *, user: User, now: datetime, session_key: str = "", user_agent: str = "", method: str = SignInMethod.PASSWORD
) -> None:
    """Somebody has proved who they are, by `method`; their session is on their list of where they are signed in."""
    record(action="sign_in", now=now, by=user, object_type="user", object_id=user.pk, detail={"method": str(method)})
    if not session_key:
        return
    alive = {one.pk for one in open_sessions(user, now)}
    OpenSession.objects.filter(user=user).exclude(pk__in=alive).delete()
    OpenSession.objects.create(
        user=user, session_key=session_key, method=method, browser=browser_label(user_agent), began_at=now
    )


@transaction.atomic
def note_failed_sign_in(*, email: str, now: datetime, method: str = SignInMethod.PASSWORD, reason: str = "") -> None:
    """Somebody tried to sign in as `email` and failed; the same cost whether or not the address is known."""
    clinic_id = User.objects.filter(email__iexact=email).values_list("clinic_id", flat=True).first()
    record(
        action="sign_in", now=now, anonymous=email, clinic_id=clinic_id, outcome=Outcome.FAILED, reason=reason,
        detail={} if method == SignInMethod.PASSWORD else {"method": str(method)},
    )  # fmt: skip


@transaction.atomic
def note_sign_out(*, user: User, now: datetime) -> None:
    """Somebody has ended their session."""
    record(action="sign_out", now=now, by=user, object_type="user", object_id=user.pk)


@transaction.atomic
def end_sessions(*, user: User, by: User, now: datetime, only: OpenSession | None = None, but: str = "") -> int:
    """Sign `user` out elsewhere, at once: in the session `only`, or in all of them except the one with the key `but`.

    The count of sessions that were alive. Another person's are PermissionDenied: those end with the account.
    """
    if user.pk != by.pk:
        raise PermissionDenied
    found = [one for one in open_sessions(user, now) if one.session_key != but and (only is None or one.pk == only.pk)]
    if found:
        forget_sessions(user=user, keys=[one.session_key for one in found])
        record(
            action="sign_out", now=now, by=by, object_type="user", object_id=user.pk,
            detail={"elsewhere": len(found)},
        )  # fmt: skip
    return len(found)


def forget_all_sessions(*, user: User, now: datetime) -> int:
    """Sign `user` out everywhere, programs included; the count of sessions that were alive. Part of an action."""
    found = open_sessions(user, now)
    forget_sessions(user=user, keys=OpenSession.objects.filter(user=user).values_list("session_key", flat=True))
    Token.objects.filter(user=user).delete()
    return len(found)


def forget_sessions(*, user: User, keys: Iterable[str]) -> None:
    """Delete these sessions and what was known of them."""
    Session.objects.filter(session_key__in=list(keys)).delete()
    OpenSession.objects.filter(user=user, session_key__in=list(keys)).delete()


def move_session(*, before: str, after: str) -> None:
    """A session goes on under a new key, as after a new password."""
    OpenSession.objects.filter(session_key=before).update(session_key=after)
