"""Who may read the catalogue: whoever the site gives the permission; the anonymous are sent to sign in."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

READ = "interactions.read_knowledge"
View = Callable[..., HttpResponseBase]


def reader_required(view: View) -> View:
    """Let readers of knowledge pass, with GET or HEAD alone. Others get 403.

    The pages hold no patient, but their header names the person signed in, so no cache keeps them.
    """
    permitted: Any = permission_required(READ, raise_exception=True)(view)
    guarded: View = never_cache(login_required(require_safe(permitted)))
    return guarded
