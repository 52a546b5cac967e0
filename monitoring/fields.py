"""Small building blocks every feature's models share."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q


class OpaqueIdModel(models.Model):
    """A row whose key says nothing and cannot be guessed, so it may stand in a URL."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


def together(*fields: str, name: str, text: tuple[str, ...] = ()) -> models.CheckConstraint:
    """A check that `fields` are all set or all unset: who, when and why of one event belong together.

    `text` names the fields whose "unset" is the empty string rather than NULL.
    """
    every: dict[str, Any] = {f"{field}__isnull": False for field in fields if field not in text}
    none: dict[str, Any] = {f"{field}__isnull": True for field in fields if field not in text}
    is_set, is_unset = Q(**every), Q(**none)
    for field in text:
        is_set &= ~Q(**{field: ""})
        is_unset &= Q(**{field: ""})
    return models.CheckConstraint(condition=is_set | is_unset, name=name)
