"""What the frame of every page shows: who is signed in, where, and whether the clock is alive."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from monitoring.formatting import zone_text
from monitoring.operations.queries import monitoring_stalled
from monitoring.operations.rules import NEVER


@dataclass(frozen=True)
class NavItem:
    label: str
    url: str
    current: bool


# Paths, not names: they are the documented addresses of the site.
NAVIGATION: dict[str, tuple[tuple[str, str], ...]] = {
    "clinician": (("Alerts", "/alerts/"), ("Patients", "/patients/")),
    "patient": (("My plan", "/me/"),),
    "admin": (("Audit", "/audit/"), ("Users", "/users/")),
}


@dataclass(frozen=True)
class Site:
    """The frame's facts, each read only when a template asks for it."""

    user: Any
    path: str
    now: datetime = field(default_factory=timezone.now)

    @cached_property
    def signed_in(self) -> bool:
        return bool(self.user is not None and self.user.is_authenticated)

    @cached_property
    def role(self) -> str:
        return self.user.role if self.signed_in else ""

    @cached_property
    def clinic(self) -> Any:
        return self.user.clinic if self.signed_in else None

    @cached_property
    def clinic_name(self) -> str:
        return self.clinic.name if self.clinic else ""

    @cached_property
    def person(self) -> str:
        return self.user.name if self.signed_in else ""

    @cached_property
    def demo(self) -> bool:
        return bool(self.clinic and self.clinic.is_demo)

    @cached_property
    def home(self) -> str:
        return NAVIGATION[self.role][0][1] if self.role else "/login/"

    @cached_property
    def nav(self) -> tuple[NavItem, ...]:
        return tuple(
            NavItem(label, url, current=self.path == url or (url != "/me/" and self.path.startswith(url)))
            for label, url in NAVIGATION.get(self.role, ())
        )

    @cached_property
    def zone(self) -> str:
        """The zone that times on this page are in: `Europe/London (BST)`."""
        here = timezone.get_current_timezone()
        return f"{timezone.get_current_timezone_name()} ({zone_text(self.now.astimezone(here))})"

    @cached_property
    def stalled(self) -> datetime | None:
        """Since when the sweeps that judge and escalate stand still; shown loudly to staff and patients."""
        return monitoring_stalled(self.now) if self.signed_in else None

    @cached_property
    def stalled_since(self) -> datetime | None:
        """The moment to show, or None when a sweep has never run."""
        return None if self.stalled == NEVER else self.stalled


def site(request: HttpRequest) -> dict[str, Site]:
    return {"site": Site(user=getattr(request, "user", None), path=request.path)}
