"""How programs sign in: a token that is known here only by its digest and dies with the password."""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from monitoring.people.models import User
from monitoring.people.queries import user_of_token


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


def sign_in_by_password(request: HttpRequest, *, email: str, password: str) -> User | None:
    """Whose address and password these are; None for nobody's. Too many wrong tries are Throttled.

    Tries count together with those on the sign-in page.
    """
    user = authenticate(request, username=email, password=password)
    if getattr(request, "axes_locked_out", False):
        # The page's answer to this is HTML; the flag would put it in the place of ours.
        request.axes_locked_out = False  # type: ignore[attr-defined]
        raise Throttled(wait=15 * 60, detail="Too many tries. Wait 15 minutes.")
    if not isinstance(user, User):
        return None
    user_logged_in.send(sender=User, request=request, user=user)
    return user
