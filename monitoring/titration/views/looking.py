"""A plan is looked at while it is typed: drawn over what came before it, and nothing of it is kept."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def wants_to_look(request: HttpRequest) -> bool:
    """Whether the form was sent to be drawn, not to be kept."""
    return request.method == "POST" and "look" in request.POST


def show_look(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """What is typed, drawn: a part of the page for its script, the whole page with all that is typed without one.

    While somebody types, what cannot be read yet is told where the drawing would be; the whole page refuses it.
    """
    if request.headers.get("HX-Request"):
        return render(request, "monitoring/titration/_look.html", dict(context))
    drawn = "preview" in context
    return render(request, template, {**context, "page_invalid": not drawn}, status=200 if drawn else 422)
