"""What is said when something broke on our own side: never silence, which reads as “no interaction”."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from interactions.cds_hooks.services import Answer, Served

CHECK_FAILED: Final = "CHECK_FAILED"
SEVERITIES_UNKNOWN: Final = "SEVERITIES_UNKNOWN"


def could_not_check(base_url: str, uuid: UUID) -> Answer:
    """The answer when the checker itself broke."""
    card = _card(
        uuid,
        "Evenkeel could not check these medicines",
        "The interaction check failed on its own side. **This is not a clear result.** Check the medicines by hand, "
        "and tell whoever looks after Evenkeel.",
        base_url,
    )
    return Answer(cards=(card,), served=(_served(uuid, CHECK_FAILED),), release="")


def severities_unknown(given: Answer, base_url: str, uuid: UUID) -> Answer:
    """An answer whose severities are those of the rules, since the clinic's own could not be looked up."""
    card = _card(
        uuid,
        "Your clinic’s own severities are not in these cards",
        "They could not be looked up just now. Every hazard that was found is shown, as severe as its rule has it: "
        "your clinic may have set **another severity**. Tell whoever looks after Evenkeel.",
        base_url,
    )
    served = _served(uuid, SEVERITIES_UNKNOWN)
    return replace(given, cards=(card, *given.cards), served=(served, *given.served))


def _card(uuid: UUID, summary: str, detail: str, base_url: str) -> dict[str, Any]:
    return {
        "uuid": str(uuid),
        "summary": summary,
        "indicator": "warning",
        "detail": detail,
        "source": {"label": "Evenkeel", "url": f"{base_url}/"},
    }


def _served(uuid: UUID, code: str) -> Served:
    return Served(uuid=uuid, code=code, rule="", severity="", participants=(), indicator="warning")
