"""Makes a server process ready before its first call: a clinician who signs an order does not wait for indexes."""

import gc
import logging
from datetime import date
from typing import Any, Final
from uuid import UUID

from interactions.cds_hooks.requests import read_request
from interactions.cds_hooks.services import answer

logger = logging.getLogger(__name__)

_COLLECT_AFTER: Final = 50_000
_SERVICE: Final = "evenkeel-order-sign"
_DAY: Final = date(2026, 1, 1)
_ENTERED: Final = (("baclofen", "10 mg three times a day"), ("Elavil 25 mg", "1 tablet at night"), ("ibuprofin", "prn"))


def warm_up() -> bool:
    """Answer one made-up order, so that the release and what is built from it are in memory; whether it went well.

    A failure is logged and keeps nothing else from starting: the pages and the sweeps do not depend on it.
    """
    try:
        request = read_request(_document(), service_id=_SERVICE)
        given = answer(request, on=_DAY, base_url="", new_uuid=lambda: UUID(int=0))
    except Exception as error:
        logger.error("hook_not_warmed_up", exc_info=error)
        return False
    # What is in memory now stays: no collection needs to look at it again. A call makes thousands of values that are
    # gone at its end by themselves; to look through them a dozen times while it lasts would cost a tenth of it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    return bool(given.cards)


def _document() -> dict[str, Any]:
    drafts = [
        {
            "resource": {
                "resourceType": "MedicationRequest", "id": str(number), "status": "draft", "intent": "order",
                "subject": {"reference": "Patient/nobody"}, "medicationCodeableConcept": {"text": name},
                "dosageInstruction": [{"text": sig}],
            }
        }
        for number, (name, sig) in enumerate(_ENTERED)
    ]  # fmt: skip
    return {
        "hook": "order-sign",
        "hookInstance": str(UUID(int=0)),
        "context": {
            "userId": "Practitioner/nobody",
            "patientId": "nobody",
            "draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": drafts},
        },
        "prefetch": {"medicationRequests": None},
    }
