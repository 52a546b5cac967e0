"""A medicine on its way through the prescribing pages, kept in the session so that no address names it."""

from dataclasses import asdict, dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest

_KEY: Final = "prescribing"
# Several tabs may be open at once; older drafts than these are let go.
_KEPT: Final = 8


@dataclass(slots=True)
class Draft:
    """One form run. `token` names it in the address and makes its confirmation happen once."""

    token: str
    patient: str
    query: str = ""
    entered: str = ""
    confirmed: list[str] = field(default_factory=list)
    dose: dict[str, str] = field(default_factory=dict)
    # The prescription that the fields are for, where they change one rather than make one.
    row: str = ""

    @property
    def key(self) -> UUID:
        return UUID(self.token)


def new_draft(patient_pk: UUID) -> Draft:
    return Draft(token=str(uuid4()), patient=str(patient_pk))


def keep(request: HttpRequest, draft: Draft) -> None:
    """Put the draft into the session, as the newest."""
    drafts: dict[str, Any] = {key: each for key, each in request.session.get(_KEY, {}).items() if key != draft.token}
    drafts[draft.token] = asdict(draft)
    request.session[_KEY] = dict(list(drafts.items())[-_KEPT:])


def find(request: HttpRequest, patient_pk: UUID) -> Draft | None:
    """The draft that the address names, when it is one of this patient's."""
    kept = request.session.get(_KEY, {}).get(request.GET.get("draft", ""))
    return Draft(**kept) if kept is not None and kept["patient"] == str(patient_pk) else None


def prefill(request: HttpRequest, patient_pk: UUID, row: UUID) -> dict[str, str]:
    """Fields that were filled in on another page for this prescription; none without a draft of it."""
    draft = find(request, patient_pk)
    return draft.dose if draft is not None and draft.row == str(row) else {}


def find_or_404(request: HttpRequest, patient_pk: UUID) -> Draft:
    draft = find(request, patient_pk)
    if draft is None or not draft.entered:
        raise Http404
    return draft


def drop(request: HttpRequest, draft: Draft) -> None:
    """Forget a draft that has become a prescription, or that nobody wants."""
    drafts = request.session.get(_KEY, {})
    if drafts.pop(draft.token, None) is not None:
        request.session[_KEY] = drafts


def token_of(request: HttpRequest) -> UUID | None:
    """The token in the address, when it is one."""
    try:
        return UUID(request.GET.get("draft", ""))
    except ValueError:
        return None
