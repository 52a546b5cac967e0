"""Clients of the hook service: one that signs, and one that need not."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache

from interactions.cds_hooks.models import CdsClient
from tests.interactions.cds_hooks.door.asking import Asker
from tests.interactions.cds_hooks.door.hospital import ISSUER, JKU, Hospital, key_pair, public

NewClient = Callable[..., CdsClient]
TENANT = UUID("0d9a5b1e-4c53-4e9e-9a53-6c1f3a0b7a11")


@pytest.fixture(autouse=True)
def _counters_at_zero() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _at_now(now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)


@pytest.fixture
def anyone(open_client: CdsClient) -> Asker:
    """Somebody without a token, while a test client that needs none is switched on."""
    return Asker()


@pytest.fixture
def hospital(now: datetime) -> Hospital:
    return Hospital(now)


@pytest.fixture
def new_client(db: None, now: datetime) -> NewClient:
    def make(**changed: Any) -> CdsClient:
        given = {
            "tenant": TENANT, "name": "St Elsewhere", "issuer": ISSUER, "jwks": public(key_pair()), "jku": JKU,
            "must_sign": True, "is_enabled": True, "origins": [], "made_at": now, "made_by": "tests", "changed_at": now,
            "changed_by": "tests",
        }  # fmt: skip
        return CdsClient.objects.create(**(given | changed))

    return make


@pytest.fixture
def signer(new_client: NewClient) -> CdsClient:
    """A hospital whose every call must be signed."""
    return new_client()


@pytest.fixture
def open_client(new_client: NewClient) -> CdsClient:
    """A test client that need not sign; its pages come from one origin."""
    return new_client(
        name="Sandbox", issuer="https://sandbox.example", jwks={}, jku="", must_sign=False,
        origins=["https://sandbox.example", "http://localhost:*"],
    )  # fmt: skip
