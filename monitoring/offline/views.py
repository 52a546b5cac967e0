"""What makes the site work without a network: its manifest, its one service worker, and what phones send later."""

import json
import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring.checkins.rules import InputError, current_thresholds
from monitoring.checkins.rules.questions import PAGES
from monitoring.help.views import mark_copy, numbers_for
from monitoring.hints import hint_delivery
from monitoring.offline.actions import take_kept_check_in
from monitoring.offline.digests import HELP_PAGES, OWN_PAGES, file_addresses, shell_version, spoken_pages, worker_source
from monitoring.offline.forms import DeviceForm, KeptForm
from monitoring.offline.rules import judging_table
from monitoring.people.access import SignedInRequest, any_role_required, patient_of, patient_required
from monitoring.people.models import Patient, User
from monitoring.templatetags.offline import NOT_MINE, owner_mark

logger = logging.getLogger(__name__)

PLAN = "/me/"
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-mask.png", "512x512", "maskable"),
)


@cache_control(no_cache=True)
@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The one script that runs beside the pages; at the root, so that it may serve every one of them."""
    kept = {
        "version": shell_version(), "help": HELP_PAGES, "spoken": spoken_pages(), "own": OWN_PAGES,
        "files": file_addresses(), "plan": PLAN,
    }  # fmt: skip
    script = f"self.KEEPS = {json.dumps(kept)};\n{worker_source()}"
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = "/"
    return answer


@cache_control(max_age=3600)
@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """How the site looks when it is put on the home screen of a phone. It names no medicine."""
    icons = [
        {"src": static(f"monitoring/img/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, sizes, purpose in ICONS
    ]
    content = {
        "id": "/", "name": "Evenkeel", "short_name": "Evenkeel", "start_url": PLAN, "scope": "/",
        "display": "standalone", "background_color": "#f4f6f8", "theme_color": "#0b57a4", "icons": icons,
        "shortcuts": [{"name": _("Get help now"), "url": HELP_PAGES[0]}],
    }  # fmt: skip
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is shown in the place of a page that cannot be reached."""
    shown = render(request, "monitoring/offline/page.html", {"numbers": numbers_for(request, kept=True)})
    return mark_copy(request, shown)


@require_safe
def check_in(request: HttpRequest) -> HttpResponse:
    """A check-in that needs no network: its questions and how to judge them, and nothing of any patient."""
    table = json.dumps(judging_table(current_thresholds()))
    context = {"pages": PAGES, "total": len(PAGES), "table": table, "numbers": numbers_for(request, kept=True)}
    return mark_copy(request, render(request, "monitoring/offline/check_in.html", context))


@never_cache
@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """Whose things this phone may send now, and a fresh token to send them with."""
    return JsonResponse({"owner": owner_mark(request), "token": get_token(request)})


@patient_required
@require_POST
def send(request: SignedInRequest) -> HttpResponse:
    """Take one check-in that this phone kept.

    201 new, 200 known, 409 another's, 422 not all of it can be read, 503 to be tried again.
    """
    form, patient = KeptForm(request.POST), patient_of(request)
    if not form.is_valid() or patient is None:
        return JsonResponse({"faults": form.errors}, status=422)
    if form.cleaned_data["owner"] != owner_mark(request):
        return JsonResponse({"faults": {"owner": ["somebody else"]}}, status=409)
    try:
        return _take(form, patient, by=request.user)
    except InputError as refused:
        return JsonResponse({"faults": {"answers": [str(each) for each in refused.faults]}}, status=422)
    except Exception:  # whatever broke, the phone must go on keeping it
        logger.exception("a kept check-in could not be taken")
        return JsonResponse({}, status=503)


def _take(form: KeptForm, patient: Patient, *, by: User) -> HttpResponse:
    answers, key = form.cleaned_data["answers"], form.cleaned_data["key"]
    taken = take_kept_check_in(patient=patient, answers=answers, key=key, kept=form.kept(), by=by, now=timezone.now())
    hint_delivery(taken.report.level)
    told = {"url": reverse("my_check_in_done", args=[taken.report.check_in_id])}
    return JsonResponse(told, status=422 if taken.in_part else 201 if taken.is_new else 200)


@any_role_required
@require_http_methods(["GET", "POST"])
def device(request: SignedInRequest) -> HttpResponse:
    """Whose phone this is: on another's nothing stays, and the sign-in ends with the browser."""
    form = DeviceForm(request.POST)
    if request.method == "POST" and form.is_valid():
        request.session[NOT_MINE] = form.cleaned_data["not_mine"]
        return redirect("offline_device")
    return render(request, "monitoring/offline/device.html", {"not_mine": request.session.get(NOT_MINE, False)})


@require_safe
def sign_out(request: HttpRequest) -> HttpResponse:
    """Asked before a sign-out that would wipe a check-in which nobody has yet."""
    return render(request, "monitoring/offline/sign_out.html", {"numbers": numbers_for(request, kept=True)})
