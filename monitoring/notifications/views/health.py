"""How the outbox is doing, for those who keep it running: counts and carriers, and nothing of any person."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from monitoring.notifications.queries import outbox_health
from monitoring.people.access import SignedInRequest, admin_required


@require_safe
@admin_required
def health(request: SignedInRequest) -> HttpResponse:
    """What waits, fails and was given up in the admin's clinic, by channel, and what each carrier last did."""
    now = timezone.now()
    lines = outbox_health(request.user.clinic_id, now)
    return render(request, "monitoring/notifications/health.html", {"lines": lines, "now": now})
