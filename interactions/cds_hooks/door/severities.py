"""A clinic's own severities for a call: asked of whoever keeps them, since this service knows no clinic."""

from collections.abc import Callable, Mapping
from typing import Final, cast
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from interactions.cds_hooks.models import CdsClient
from interactions.checking import Adjustment, Adjustments

NONE: Final[Adjustments] = {}


def severities_of(client: CdsClient | None) -> Adjustments:
    """What the client's clinic has set, by rule; nothing for a caller who belongs to none.

    `settings.CDS_HOOKS_ADJUSTMENTS` is the dotted path of the function that tells it for a tenant; "" where nobody
    keeps any. Read anew for each call: what a clinic has set counts at once. Raises whatever that function raises.
    """
    if client is None or not settings.CDS_HOOKS_ADJUSTMENTS:
        return NONE
    ask = cast("Callable[[UUID], Mapping[str, Adjustment]]", import_string(settings.CDS_HOOKS_ADJUSTMENTS))
    return ask(client.tenant)
