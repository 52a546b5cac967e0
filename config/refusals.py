"""What is answered when a request cannot be: the pages of errors that Django does not tell apart."""

from http import HTTPStatus

from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what cannot be read; 503 where the session could not be written.

    Django calls that a bad request too, though it is what a database that goes away in mid-answer looks like: the
    deed may be done already, so the page must not say that it was not.
    """
    if isinstance(exception, SessionInterrupted):
        return render(request, "503.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
    return defaults.bad_request(request, exception)
