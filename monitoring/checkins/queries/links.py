"""What a link opens, and what was answered through it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from monitoring.checkins.models import CheckIn, CheckInLink, CheckInState, LinkPurpose, LinkRequest
from monitoring.checkins.rules import LinkFacts, LinkStanding, standing_of_link
from monitoring.fields import token_digest
from monitoring.people.models import Role, User


def link_of(token: str) -> CheckInLink | None:
    """The link of this token, whatever has become of it; one look-up by a digest, so that any text costs the same."""
    found: CheckInLink | None = (
        CheckInLink.objects.select_related("check_in", "patient__user", "patient__clinic", "report")
        .filter(token_hash=token_digest(token), purpose=LinkPurpose.CHECK_IN)
        .first()
    )
    return found


def link_standing(link: CheckInLink, now: datetime) -> LinkStanding:
    """What this link opens at `now`."""
    user = link.patient.user
    facts = LinkFacts(
        issued_at=link.issued_at,
        expires_at=link.expires_at,
        used_at=link.used_at,
        revoked_at=link.revoked_at,
        was_opened=link.opened_at is not None,
        is_answered=link.check_in.state == CheckInState.SUBMITTED,
        begun=bool(link.draft),
        has_account=user is not None and user.is_active,
    )
    return standing_of_link(facts, now)


def link_answers(link: CheckInLink) -> Mapping[str, object]:
    """The answers given through this link so far; nothing that was answered in any other way."""
    answers = link.draft.get("answers", {}) if isinstance(link.draft, dict) else {}
    return answers if isinstance(answers, dict) else {}


def was_linked() -> Exists:
    """Whether a link was ever sent for a check-in, to be annotated where check-ins are read."""
    return Exists(CheckInLink.objects.filter(check_in=OuterRef("pk")))


def answered_links(check_in: CheckIn) -> list[CheckInLink]:
    """The links to this check-in through which any question was answered, sent or not, the newest first."""
    return [link for link in check_in.links.all() if link_answers(link)]


def unsent_links(links: Sequence[CheckInLink], sent: Mapping[str, object]) -> list[CheckInLink]:
    """Those of `answered_links` that hold answers which neither the report, with `sent`, nor another of them tells.

    A new link takes over what was answered by the one before it: told twice, one person would look like two. Of two
    that tell the same it is the older one, through which it was told.
    """
    kept: list[CheckInLink] = []
    for link in sorted((each for each in links if each.report_id is None), key=_most_answered_first):
        told = link_answers(link).items()
        if not any(told <= other for other in (sent.items(), *(link_answers(each).items() for each in kept))):
            kept.append(link)
    return sorted(kept, key=lambda each: each.issued_at, reverse=True)


def _most_answered_first(link: CheckInLink) -> tuple[int, datetime]:
    return -len(link_answers(link)), link.issued_at


def link_pages_seen(link: CheckInLink) -> list[int]:
    """The pages of the form that were answered or passed over through this link."""
    seen = link.draft.get("seen", []) if isinstance(link.draft, dict) else []
    return [number for number in seen if isinstance(number, int)]


def account_to_send_to(email: str) -> UUID | None:
    """The active patient who signs in with `email`, of whom a link may be asked for."""
    account = User.objects.filter(email__iexact=email, role=Role.PATIENT, is_active=True)
    return account.values_list("pk", flat=True).first()


def link_requests(now: datetime, limit: int = 500) -> list[UUID]:
    """Who asked for a new link and has had no answer, the longest first."""
    asked = LinkRequest.objects.filter(asked_at__lte=now).order_by("asked_at")
    return list(asked.values_list("pk", flat=True)[:limit])


def check_in_waiting_for(user_id: UUID | None, now: datetime) -> CheckIn | None:
    """The open check-in that a link was or could be sent for, of the patient with this account; None for nobody."""
    if user_id is None:
        return None
    mine = CheckIn.objects.open_at(now).filter(patient__user=user_id, patient__user__is_active=True)
    found: CheckIn | None = mine.filter(schedule__isnull=False, reminded_at__isnull=False).order_by("-opens_at").first()
    return found
