"""The component gallery: for people who build pages, and for the browser tests. Off on a live site."""

from datetime import date
from types import SimpleNamespace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from monitoring.gallery.forms import GalleryForm

_ANSWERS = [(0, "Not at all"), (1, "A little"), (2, "Some"), (3, "A lot"), (4, "I could not stay awake")]


class _SamplePatient(SimpleNamespace):
    def local_date(self, _now: object) -> date:
        return date(2026, 5, 1)

    def age_on(self, _day: date) -> int:
        return 69

    def get_sex_display(self) -> str:
        return "female"


def _sample_patient() -> _SamplePatient:
    return _SamplePatient(
        pk="00000000-0000-0000-0000-000000000000", family_name="Harper", given_names="Maya", identifier="DEMO-0042",
        birth_date=date(1957, 3, 14), egfr="52.0", egfr_on=date(2026, 4, 2), allergies="", is_demo=True,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component on one page; a POST shows the form with its errors."""
    if not getattr(settings, "UI_GALLERY", settings.DEBUG):
        raise Http404
    form = GalleryForm(request.POST if request.method == "POST" else None)
    context = {
        "form": form, "patient": _sample_patient(), "now": timezone.now(), "answer_choices": _ANSWERS,
        "levels": ["emergency", "urgent", "warning", "info", "none", "unreadable"],
        "severities": ["contraindicated", "major", "moderate", "minor", "none", "unknown"],
        "summary": [{"label": "Sleepy", "value": "Some", "url": "#sleepy"}, {"label": "Falls", "value": "None"}],
    }  # fmt: skip
    return render(request, "_ui/gallery.html", context, status=422 if form.errors else 200)


def patient_gallery(request: HttpRequest) -> HttpResponse:
    """The components of patient pages, in the patient column."""
    if not getattr(settings, "UI_GALLERY", settings.DEBUG):
        raise Http404
    return render(request, "_ui/patient.html", {"answer_choices": _ANSWERS, "chosen": request.GET.get("chosen")})
