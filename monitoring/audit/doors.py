"""The door every signed-in page goes through: who may open it, and a line in the log for whom it stayed shut."""

from collections.abc import Callable, Collection
from functools import wraps
from http import HTTPStatus
from inspect import getclosurevars, isfunction
from typing import Any, Concatenate, ParamSpec
from urllib.parse import unquote, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from monitoring.audit.record import Actor, record_denial
from monitoring.rest.problems import Problem

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponseBase]
# In the address of the sign-in page: what was just sent met a shut door. It tells that alone, not what nor whose.
UNSENT = "unsent"


def signed_in_required(view: View[P]) -> View[P]:
    """Let every signed-in person pass, even one who must still choose their own password; others go to sign in.

    What passes is never kept by a cache: the next person at this machine must not see it.
    """

    @wraps(view)
    def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and from there on; whoever sent something is told there that it did not arrive."""
    if request.method in SAFE_METHODS:
        return redirect_to_login(request.get_full_path())
    return redirect_to_login(_page_of_the_form(request), f"{reverse('login')}?{UNSENT}=1")


def _page_of_the_form(request: HttpRequest) -> str:
    """The page that the form stood on whose session had run out; the start where that cannot be opened again."""
    came_from = request.headers.get("Referer", "")
    if not came_from:
        page = request.path
    elif url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        page = urlsplit(came_from).path
    else:
        return "/"
    return page if _can_be_opened(page) else "/"


def _can_be_opened(path: str) -> bool:
    """Whether a page of ours lies there that may be asked for, and not one that only takes what is sent."""
    try:
        return "GET" in _methods_of(resolve(unquote(path)).func)
    except Resolver404:
        return False


def _methods_of(view: Any) -> Collection[str]:
    """The methods a page takes, which `require_http_methods` and its kin keep to themselves; none where it has none."""
    while isfunction(view):
        if methods := getclosurevars(view).nonlocals.get("request_method_list"):
            return frozenset(methods)
        view = getattr(view, "__wrapped__", None)
    return ()


def role_required(*roles: str) -> Callable[[View[P]], View[P]]:
    """Let only these roles pass: the anonymous are sent to sign in, others get 403 and a line in the audit log.

    Somebody who signed in with a password that another person chose must first choose their own.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user = request.user
            if user.role not in roles:
                refuse(request, user)
            if user.must_change_password:
                return redirect("change_password")
            return view(request, *args, **kwargs)

        return signed_in_required(guarded)

    return guard


def refuse(request: HttpRequest, user: Actor) -> None:
    """Note that `user` was turned away from this page, then answer 403."""
    page = request.resolver_match.view_name if request.resolver_match else ""
    record_denial(
        action="page.open", by=user, now=timezone.now(), object_type="page", object_id=page, reason="not this role"
    )
    raise PermissionDenied


class ByRole(BasePermission):
    """The same door for the API: who may call a view stands in its `roles`, by method.

    The anonymous get 401, a wrong role 403 and a line in the audit log. What `roles` does not name is nobody's.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        user: Any = request.user
        if not user.is_authenticated:
            return False
        method = "get" if request.method == "HEAD" else (request.method or "").lower()
        if method not in view.http_method_names or not hasattr(view, method):
            return True  # there is no such method, which the view itself answers
        if user.role not in getattr(view, "roles", {}).get(method, ()):
            refuse(request._request, user)
        if user.must_change_password:
            raise Problem(
                HTTPStatus.FORBIDDEN,
                "Choose a password of your own on the page /password/ first.",
                code="password-change-required",
            )
        return True
