"""What the frame of a page tells its script about keeping things on this phone. `{% load offline %}`."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.crypto import salted_hmac

register = template.Library()

# Kept with the session: this phone or computer belongs to somebody else, so nothing may stay on it.
NOT_MINE = "device_is_not_mine"
# As `people.access` keeps it: which patient a carer helps now.
HELPING = "helping"


def owner_mark(request: HttpRequest) -> str:
    """A mark of who is signed in, and for whom: nobody can tell from it who that is. Empty where nothing may be kept.

    A check-in that a phone kept is sent under the same mark only, so that it never lands in another's record.
    """
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated or request.session.get(NOT_MINE):
        return ""
    helped = request.session.get(HELPING, "") if getattr(user, "is_carer", False) else ""
    if not (user.is_patient or helped):
        return ""
    return salted_hmac("monitoring.offline.owner", f"{user.pk}:{helped}", algorithm="sha256").hexdigest()[:32]


@register.simple_tag(takes_context=True)
def keeps_for(context: Context) -> str:
    """`{% keeps_for as owner %}`: the mark of whose things this phone may keep; empty for nobody's."""
    request = context.get("request")
    return owner_mark(request) if request is not None else ""
