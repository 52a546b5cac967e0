"""What the frame of every page shows: who is signed in, where, and whether the clock is alive."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from monitoring import languages
from monitoring.formatting import zone_text
from monitoring.help.numbers import HelpNumbers
from monitoring.notifications.queries import given_up_count, unread_count
from monitoring.onboarding.queries import reminder_of
from monitoring.operations.queries import monitoring_stalled
from monitoring.operations.rules import NEVER, SHOWN_AFTER
from monitoring.people.queries import screen_mark
from monitoring.preferences.queries import STAFF, Looks


@dataclass(frozen=True)
class NavItem:
    """A link of the main navigation; `count` of something that waits is shown beside it, and 0 is not."""

    label: str
    url: str
    current: bool
    count: int = 0
    # Whether it is the very page that is read, and not one under it.
    here: bool = False


# Paths, not names: they are the documented addresses of the site.
MESSAGES, FAILED = "/messages/", "/notifications/failed/"
# Pages of whoever holds a link, who is not signed in and is told all the same when nobody may see what they send.
LINKS = "/k/"
NAVIGATION: dict[str, tuple[tuple[Any, str], ...]] = {
    "clinician": (
        (pgettext_lazy("staff", "Alerts"), "/alerts/"),
        (pgettext_lazy("staff", "Patients"), "/patients/"),
        (pgettext_lazy("staff", "Knowledge"), "/knowledge/"),
        (pgettext_lazy("staff", "Education"), "/education/"),
        (pgettext_lazy("staff", "Reports"), "/reports/overrides/"),
        (pgettext_lazy("staff", "Messages"), MESSAGES),
        (pgettext_lazy("staff", "Not sent"), FAILED),
    ),
    "patient": (
        (gettext_lazy("My plan"), "/me/"),
        (gettext_lazy("Check-ins"), "/me/check-ins/"),
        (gettext_lazy("Messages"), MESSAGES),
    ),
    "carer": (
        (gettext_lazy("People I help"), "/care/"),
        (gettext_lazy("Their plan"), "/me/"),
        (gettext_lazy("Check-ins"), "/me/check-ins/"),
        (gettext_lazy("Messages"), MESSAGES),
    ),
    "admin": (
        (pgettext_lazy("staff", "Audit"), "/audit/"),
        (pgettext_lazy("staff", "Users"), "/users/"),
        (pgettext_lazy("staff", "Clinic"), "/clinic/"),
        (pgettext_lazy("staff", "Knowledge"), "/knowledge/"),
        (pgettext_lazy("staff", "Reports"), "/reports/overrides/"),
        (pgettext_lazy("staff", "EHR clients"), "/cds-clients/"),
        (pgettext_lazy("staff", "Monitoring"), "/monitoring/"),
        (pgettext_lazy("staff", "Messages"), MESSAGES),
        (pgettext_lazy("staff", "Not sent"), FAILED),
    ),
}

# Pages reached from one of those above whose addresses do not begin like it.
REACHED_FROM: dict[str, tuple[str, ...]] = {
    "/alerts/": ("/absences/", "/escalation/", "/filters/"),
    "/patients/": ("/overrides/",),
    "/reports/overrides/": ("/reports/", "/protocols/"),
    "/clinic/": ("/absences/", "/escalation/", "/wording/", "/demo/"),
    MESSAGES: ("/contact/",),
    FAILED: ("/notifications/",),
}


@dataclass(frozen=True)
class Site:
    """The frame's facts, each read only when a template asks for it."""

    user: Any
    path: str
    looks: Looks = field(default_factory=Looks)
    # By which consent a carer acts on this page; None for everybody else.
    helping: Any = None
    now: datetime = field(default_factory=timezone.now)

    @cached_property
    def signed_in(self) -> bool:
        return bool(self.user is not None and self.user.is_authenticated)

    @cached_property
    def role(self) -> str:
        return self.user.role if self.signed_in else ""

    @property
    def preference(self) -> Looks:
        """How the reader likes to read."""
        return self.looks

    @property
    def is_staff(self) -> bool:
        """Whether the reader treats; everybody else reads the patient's face, signed in or not."""
        return self.role in STAFF

    @property
    def screen(self) -> str:
        """By which a page that stood open knows whether still the same person is signed in."""
        return screen_mark(self.user)

    @cached_property
    def other_languages(self) -> tuple[tuple[str, str], ...]:
        """What a reader who is not signed in may turn to: code and own name."""
        return tuple(pair for pair in languages.offered().items() if pair[0] != languages.current())

    @property
    def emergency_number(self) -> str:
        """The number for an ambulance: the clinic's, else the site's."""
        site: HelpNumbers = settings.HELP_NUMBERS
        return str(self.clinic.emergency_phone) if self.clinic else site.emergency.number

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
        counts = self._counts()
        return tuple(
            NavItem(str(label), url, self._is_current(url), counts.get(url, 0), here=self.path == url)
            for label, url in NAVIGATION.get(self.role, ())
            # A clinician reaches the page from the messages; here it stands while somebody must act.
            if url != FAILED or self.role == "admin" or counts[FAILED] or self._is_current(url)
            # Who helps one person reads like that person; the way to the others is in the row that says whom they help.
            if self.role != "carer" or (url == "/care/") is not bool(self.helping) or url == MESSAGES
        )

    @property
    def is_of_helped(self) -> bool:
        """Whether “you” on this page is the patient whom a carer helps, and not the carer."""
        return bool(self.helping) and self.path.startswith("/me/") and not self.path.startswith("/me/settings/")

    @property
    def only_looks(self) -> bool:
        """Whether the reader is a carer who may see the plan of the patient they help, and may send nothing."""
        return bool(self.helping) and not self.helping.may_answer

    def _is_current(self, url: str) -> bool:
        roots = (url, *REACHED_FROM.get(url, ()))
        return self.path == url or (url != "/me/" and self.path.startswith(roots))

    @property
    def waiting(self) -> int:
        """How much waits behind the links of the navigation: shown while they are folded away."""
        return sum(item.count for item in self.nav)

    def _counts(self) -> dict[str, int]:
        if not self.role:
            return {}
        counts = {MESSAGES: unread_count(self.user)}
        if self.is_staff:
            counts[FAILED] = given_up_count(self.user)
        return counts

    @cached_property
    def zone(self) -> str:
        """The zone that times on this page are in: `Europe/London (BST)`."""
        here = timezone.get_current_timezone()
        return f"{timezone.get_current_timezone_name()} ({zone_text(self.now.astimezone(here))})"

    @cached_property
    def start(self) -> Any:
        """The first steps, while somebody on the staff is new and they are neither done nor put away."""
        return reminder_of(self.user, self.now) if self.is_staff else None

    @cached_property
    def stalled(self) -> datetime | None:
        """Since when the sweeps that judge and escalate stand still; shown loudly to staff and patients."""
        is_shown = self.signed_in or self.path.startswith(LINKS)
        return monitoring_stalled(self.now, SHOWN_AFTER) if is_shown else None

    @cached_property
    def stalled_since(self) -> datetime | None:
        """The moment to show, or None when a sweep has never run."""
        return None if self.stalled == NEVER else self.stalled


def site(request: HttpRequest) -> dict[str, Site]:
    return {
        "site": Site(
            user=getattr(request, "user", None),
            path=request.path,
            looks=getattr(request, "looks", Looks()),
            helping=getattr(request, "helping", None),
        )
    }
