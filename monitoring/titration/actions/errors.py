"""What an action refuses, in words a clinician can act on."""

from collections.abc import Sequence

from django.utils.translation import pgettext

from monitoring.titration.rules import Breach


class PlanConflictError(Exception):
    """Somebody or something changed the plan since it was shown; the message says what to do."""


class PlanRefusedError(Exception):
    """The plan breaks guard rails; `breaches` names each limit and its source."""

    def __init__(self, breaches: Sequence[Breach]) -> None:
        super().__init__("; ".join(breach.text for breach in breaches))
        self.breaches = tuple(breaches)


def refuse_stale(seen: str | None, mark: str) -> None:
    """Raise PlanConflictError when what was `seen` is not what is there; None says that nothing was shown."""
    if seen is not None and seen != mark:
        raise PlanConflictError(
            pgettext("staff", "This changed after you opened the page. Look at it again, then decide.")
        )
