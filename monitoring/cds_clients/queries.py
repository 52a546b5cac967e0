"""What the admins' pages show of the hospital systems that call."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from interactions.cds_hooks.models import CallOutcome, CdsClient, HookCall
from interactions.cds_hooks.services import SERVICES
from monitoring.people.models import User

LATEST = 30
_KINDS = {"EC": "EC P-384", "RSA": "RSA"}


@dataclass(frozen=True, slots=True)
class Address:
    """One address of the service, which is also the audience of a token for it."""

    label: str
    url: str


def clients_of(admin: User) -> QuerySet[CdsClient]:
    """The clients of an admin's own clinic."""
    return CdsClient.objects.of(admin.clinic_id)


def clients_with_last_call(admin: User) -> QuerySet[CdsClient]:
    """Those, the enabled first, with the time of the last answered call."""
    answered = HookCall.objects.filter(client=OuterRef("pk"), outcome=CallOutcome.ANSWERED).order_by("-at")
    return (
        clients_of(admin)
        .annotate(last_call_at=Subquery(answered.values("at")[:1]))
        .order_by("-is_enabled", "name", "pk")
    )


def latest_calls(client: CdsClient | None) -> Sequence[HookCall]:
    """The latest calls of a client, refused ones that claimed to be it included; or (None) of nobody we know."""
    return list(HookCall.objects.filter(client=client).order_by("-id")[:LATEST])


def addresses(base_url: str) -> list[Address]:
    """Every address of the service below `base_url`."""
    root = f"{base_url.rstrip('/')}/cds-services"
    found = [Address("Discovery", root)]
    for service in SERVICES:
        found += [
            Address(service.hook, f"{root}/{service.id}"),
            Address(f"{service.hook}, feedback", f"{root}/{service.id}/feedback"),
        ]
    return found


def keys_of(client: CdsClient) -> list[str]:
    """Each key's id and kind, to be told apart."""
    return [f"{key['kid']} ({_KINDS[key['kty']]})" for key in client.jwks.get("keys", [])]
