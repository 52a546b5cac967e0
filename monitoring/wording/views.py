"""The clinical copy in two languages side by side, and the signature under it."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.people.models import Clinic
from monitoring.wording.actions import OtherWordsError, sign_wording
from monitoring.wording.forms import SignForm
from monitoring.wording.queries import digest_in_force, last_review, reviewed_for, texts_of, translated_languages
from monitoring.wording.rules import differences

TEMPLATE = "monitoring/wording/translation.html"
CHANGED = pgettext_lazy(
    "staff", "The words have changed since you opened this page. Nothing was signed: read what is new, then sign."
)


@require_safe
@clinician_required
def wording(request: SignedInRequest) -> HttpResponse:
    """The languages patients may read, and whether this clinic has checked their clinical copy."""
    clinic = request.user.clinic
    rows = [{"code": code, "name": name, **_state(clinic, code)} for code, name in translated_languages().items()]
    return render(request, "monitoring/wording/languages.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@clinician_required
def translation(request: SignedInRequest, language: str) -> HttpResponse:
    """English and one translation side by side; signing it lets this clinic's patients read it."""
    name = translated_languages().get(language)
    if name is None:
        raise Http404
    form = SignForm(request.POST or None, initial={"digest": digest_in_force(language)})
    overtaken = False
    if form.is_bound and form.is_valid():
        overtaken = not _signed(request, language, form.cleaned_data)
        if not overtaken:
            return redirect("translation", language)
    context = {
        "name": name, "code": language, "form": form, "page_errors": [CHANGED] if overtaken else [],
        "texts": texts_of(language), "digest": digest_in_force(language), **_state(request.user.clinic, language),
    }  # fmt: skip
    return render(request, TEMPLATE, context, status=409 if overtaken else 422 if form.is_bound else 200)


def _signed(request: SignedInRequest, language: str, signed: Mapping[str, str]) -> bool:
    now = timezone.now()
    try:
        sign_wording(language=language, digest=signed["digest"], note=signed["note"], by=request.user, now=now)
    except OtherWordsError:
        return False
    messages.success(
        request, pgettext("staff", "Signed. Your clinic’s patients now read these texts in their language.")
    )
    return True


def _state(clinic: Clinic, language: str) -> dict[str, object]:
    review, texts = last_review(clinic, language), texts_of(language)
    return {
        "is_checked": bool(reviewed_for(language, clinic)),
        "review": review,
        "count": len(texts),
        "changed": differences(review.texts, texts) if review else [],
    }
