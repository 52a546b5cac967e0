"""What every view of the API shares: strict reading of body and query, pages, and answers no cache keeps."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

from django.core.paginator import EmptyPage, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.utils.cache import add_never_cache_headers
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.rest.fields import Strict
from monitoring.rest.problems import fault, invalid


class ApiView(APIView):
    """A door of the API. `roles` says by method who may open it; what is not named there is nobody's."""

    roles: ClassVar[Mapping[str, Collection[str]]] = {}
    http_method_names = ["get", "head", "post", "delete"]

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Keep every answer out of caches: the next person at this machine must not see it."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer


def body_of(request: Request, kind: type[Strict]) -> dict[str, Any]:
    """What was sent, read by a serializer; each fault by its path, or ValidationError."""
    reader = kind(data=request.data)
    reader.is_valid(raise_exception=True)
    found: dict[str, Any] = reader.validated_data
    return found


def query_of(request: Request, kind: type[Strict]) -> dict[str, Any]:
    """The query of the address, read by a serializer. A name that is not known, or stands twice, is a fault."""
    given = request.query_params
    twice = [name for name in given if len(given.getlist(name)) > 1]
    if twice:
        raise invalid(fault(name, "This is given more than once.") for name in twice)
    reader = kind(data=given.dict())
    reader.is_valid(raise_exception=True)
    found: dict[str, Any] = reader.validated_data
    return found


def page_of(
    request: Request,
    rows: "QuerySet[Any] | Sequence[Any]",
    query: Mapping[str, Any],
    kind: type[serializers.BaseSerializer[Any]],
    *,
    shown: Callable[[list[Any]], object] | None = None,
) -> Response:
    """One page of a list. `shown` is called with its rows before they are sent. Http404 past the last page."""
    number, size = query["page"], query["page_size"]
    try:
        page = Paginator(rows, size).page(number)
    except EmptyPage:
        raise Http404 from None
    found = list(page)
    if shown is not None:
        shown(found)
    return Response({
        "count": page.paginator.count,
        "next": address_with(request, page=number + 1) if page.has_next() else None,
        "previous": address_with(request, page=number - 1) if page.has_previous() else None,
        "results": kind(found, many=True).data,
    })  # fmt: skip


def address_with(request: Request, **changes: object) -> str:
    """The address of this request with another value of some parameters."""
    query = request.query_params.copy()
    for name, value in changes.items():
        query[name] = str(value)
    return f"{request.path}?{query.urlencode()}"


def page_schema(name: str, kind: type[serializers.BaseSerializer[Any]]) -> serializers.BaseSerializer[Any]:
    """How a page of `kind` is described."""
    return inline_serializer(name, {
        "count": serializers.IntegerField(),
        "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True),
        "results": kind(many=True),
    })  # fmt: skip


@extend_schema(exclude=True)
class NothingHere(ApiView):
    """Every address of the API that no door stands at; one without its last slash leads to the one with it."""

    permission_classes = [AllowAny]
    authentication_classes = []

    def initial(self, request: Request, *_args: Any, **_kwargs: Any) -> None:
        """Only a reader may be sent on: what was posted would be lost on the way."""
        if request.path.endswith("/") or request.method not in {"GET", "HEAD"}:
            raise Http404

    def get(self, request: Request) -> HttpResponse:
        """Send the reader on."""
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{request.path}/?{query}" if query else f"{request.path}/")
