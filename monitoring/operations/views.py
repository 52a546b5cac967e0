"""For machines that watch this one: is the process alive?"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers; it says nothing about the database or the sweeps."""
    return HttpResponse("ok", content_type="text/plain")
