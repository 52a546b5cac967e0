"""The three addresses of the hook service: what there is, ask it, and tell what became of a card.

Plain views: a framework for APIs would cost several times what the answer does.
"""

import hashlib
from functools import partial
from http import HTTPStatus
from uuid import uuid4

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.csrf import csrf_exempt

from interactions.cds_hooks.door.bodies import read_body
from interactions.cds_hooks.door.entrance import SERVICE_IDS, Visit, enter
from interactions.cds_hooks.door.exchange import serve
from interactions.cds_hooks.door.faults import JSON, answer_json, fault
from interactions.cds_hooks.door.feedback import keep_feedback, read_feedback
from interactions.cds_hooks.models import Door
from interactions.cds_hooks.services import SERVICES


@csrf_exempt
def discovery(request: HttpRequest) -> HttpResponse:
    """The services that can be asked."""
    return enter(request, Door.DISCOVERY, _discover, methods=("GET", "HEAD"), now=timezone.now())


@csrf_exempt
def hook_call(request: HttpRequest, service_id: str) -> HttpResponse:
    """A question about one patient, answered with cards."""
    handler = partial(_call, service_id)
    return enter(request, Door.CALL, handler, methods=("POST",), now=timezone.now(), service=service_id)


@csrf_exempt
def feedback(request: HttpRequest, service_id: str) -> HttpResponse:
    """What clinicians did with cards that were sent before."""
    handler = partial(_feedback, service_id)
    return enter(request, Door.FEEDBACK, handler, methods=("POST",), now=timezone.now(), service=service_id)


def _discover(request: HttpRequest, _visit: Visit) -> HttpResponse:
    body = orjson.dumps({"services": [service.as_dict() for service in SERVICES]})
    response = HttpResponse(body, content_type=JSON)
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = quote_etag(hashlib.sha256(body).hexdigest())
    patch_vary_headers(response, ["Authorization"])
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _call(service_id: str, request: HttpRequest, visit: Visit) -> HttpResponse:
    _must_exist(service_id)
    cards = serve(
        read_body(request), service=service_id, client=visit.client, on=timezone.localdate(visit.now), now=visit.now,
        base_url=request.build_absolute_uri("/").rstrip("/"), new_uuid=uuid4,
    )  # fmt: skip
    return answer_json({"cards": cards})


def _feedback(service_id: str, request: HttpRequest, visit: Visit) -> HttpResponse:
    _must_exist(service_id)
    items = read_feedback(read_body(request), now=visit.now)
    new = keep_feedback(items=items, client=visit.client, service=service_id, now=visit.now)
    return answer_json({"received": len(items), "new": new})


def _must_exist(service_id: str) -> None:
    if service_id not in SERVICE_IDS:
        raise fault(HTTPStatus.NOT_FOUND, "There is no such service; discovery lists those there are.")
