"""Pages about medicines, rules and releases. They read the release in force unless one is asked for."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from interactions.catalogue.diff import compare_releases
from interactions.catalogue.doors import reader_required
from interactions.catalogue.lookup import LONGEST, look_up
from interactions.catalogue.medicine_page import medicine_page
from interactions.catalogue.rule_page import rule_page
from interactions.catalogue.taking_part import rules_in_force
from interactions.knowledge.loader import current_release, load_release, versions
from interactions.knowledge.release import Release


@reader_required
def knowledge(request: HttpRequest) -> HttpResponse:
    """Look a medicine up by anything typed, and the list of rules."""
    release = current_release()
    asked = request.GET.get("q", "").strip()
    return render(
        request,
        "interactions/catalogue/knowledge.html",
        {
            "release": release,
            "rules": rules_in_force(release),
            "found": look_up(asked, release) if asked else None,
            "longest": LONGEST,
        },
    )


@reader_required
def medicine(request: HttpRequest, key: str) -> HttpResponse:
    """One substance of the release in force."""
    release = current_release()
    if key not in release.substances:
        raise Http404
    shown = medicine_page(key, release)
    return render(request, "interactions/catalogue/medicine.html", {"release": release, "shown": shown})


@reader_required
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """One rule, as the release in force or the one in `?release=` has it."""
    release = _release_or_404(request.GET.get("release") or current_release().version)
    if rule_id not in release.rules:
        raise Http404
    shown = rule_page(rule_id, release, _releases())
    return render(
        request,
        "interactions/catalogue/rule.html",
        {"release": release, "shown": shown, "in_force": current_release().version},
    )


@reader_required
def release_list(request: HttpRequest) -> HttpResponse:
    """Every release at hand, the newest first."""
    context = {"releases": _releases()[::-1], "in_force": current_release().version}
    return render(request, "interactions/catalogue/releases.html", context)


@reader_required
def release(request: HttpRequest, version: str) -> HttpResponse:
    """What a release says otherwise than its predecessor, or than the one in `?against=`."""
    shown = _release_or_404(version)
    against = request.GET.get("against") or shown.follows
    before = _release_or_404(against) if against else None
    return render(
        request,
        "interactions/catalogue/release.html",
        {
            "shown": shown,
            "before": before,
            "diff": compare_releases(before, shown) if before else None,
            "others": [each for each in reversed(versions()) if each != version],
            "in_force": current_release().version,
        },
    )


def _releases() -> list[Release]:
    return [load_release(version) for version in versions()]


def _release_or_404(version: str) -> Release:
    if version not in versions():
        raise Http404
    return load_release(version)
