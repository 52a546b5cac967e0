"""Whoever changes how an account is reached or opened has proved lately who they are."""

from functools import wraps
from typing import Any, ParamSpec

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from monitoring.audit.doors import View
from monitoring.people.access import SignedInRequest, note_proof, proven_lately
from monitoring.people.actions import note_failed_sign_in
from monitoring.people.forms import ProofForm

P = ParamSpec("P")
CSRF_FIELD = "csrfmiddlewaretoken"


def proof_required(view: View[P]) -> View[P]:
    """Ask whoever changes this for their password, unless they proved who they are in the last 15 minutes.

    What they sent waits in the page that asks, and is done with the right password.
    """

    @wraps(view)
    @sensitive_post_parameters("password")
    def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        now = timezone.now()
        if request.method != "POST" or proven_lately(request, now):
            return view(request, *args, **kwargs)
        form = ProofForm(request.POST if "password" in request.POST else None, request=request)
        if form.is_valid():
            note_proof(request, now)
            return view(request, *args, **kwargs)
        if form.errors:
            note_failed_sign_in(email=request.user.email, now=now)
        return _ask_for_password(request, form)

    return guarded


def _ask_for_password(request: SignedInRequest, form: ProofForm) -> HttpResponse:
    sent = [(name, value) for name, value in request.POST.items() if name not in {"password", CSRF_FIELD}]
    context = {
        "form": form, "sent": sent, "back": request.path,
        "base": "base_patient.html" if request.user.has_patient_face else "base.html",
    }  # fmt: skip
    return render(request, "monitoring/people/proof.html", context, status=422 if form.errors else 200)
