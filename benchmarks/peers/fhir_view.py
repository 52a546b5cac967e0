"""A view that reads the same request with fhir.resources, the usual models of FHIR for Python, and checks nothing."""

import json
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="bare", MIDDLEWARE=[])  # noqa: S106 - nothing is signed with it

Bundle: Any = import_module("fhir.resources.R4B.bundle").Bundle
Patient: Any = import_module("fhir.resources.R4B.patient").Patient
MODELS = {"Bundle": Bundle, "Patient": Patient}


def read(request: HttpRequest) -> HttpResponse:
    """Parse the body and make models of its resources; the answer holds no card."""
    if not request.body:
        return HttpResponse("ok")
    document = json.loads(request.body)
    Bundle.model_validate(document["context"]["draftOrders"])
    for resource in document["prefetch"].values():
        if resource is not None:
            MODELS[resource["resourceType"]].model_validate(resource)
    return JsonResponse({"cards": []})


urlpatterns = [path("", read), path("livez", read)]
application = get_wsgi_application()
