"""By which thresholds a clinic's check-ins are judged and by which rule they are asked. Reads only."""

import logging
from datetime import datetime
from uuid import UUID

from monitoring.checkins.rules.calendar import DEFAULT_CADENCE, CadenceRule
from monitoring.checkins.rules.settings import hash_of, patched
from monitoring.checkins.rules.thresholds import Thresholds, ThresholdsError, current_thresholds, load_thresholds
from monitoring.protocols.queries import protocol_in_force, protocol_named
from monitoring.protocols.rules import CadencePatch, Protocol

logger = logging.getLogger(__name__)


def thresholds_in_force(clinic_id: UUID, at: datetime) -> Thresholds:
    """What judges a check-in of this clinic at `at`; ThresholdsError when that cannot be relied on."""
    return thresholds_of(protocol_in_force(clinic_id, at))


def thresholds_to_judge_by(clinic_id: UUID, at: datetime) -> tuple[Thresholds, bool]:
    """What judges a check-in of this clinic at `at`, and whether that is what the clinic approved.

    Where its own version cannot be relied on it is the release as it stands: nobody is left unjudged.
    """
    try:
        return thresholds_in_force(clinic_id, at), True
    except ThresholdsError:
        logger.exception("a clinic's own thresholds could not be read")
        return current_thresholds(), False


def thresholds_named(clinic_id: UUID, label: str) -> Thresholds:
    """What a verdict of this clinic names; ThresholdsError when there is no such version."""
    found = protocol_named(clinic_id, label)
    return load_thresholds(label) if found is None else thresholds_of(found)


def thresholds_of(protocol: Protocol) -> Thresholds:
    """The thresholds of a clinic's version, once they are seen to be what was approved."""
    if not protocol.number:
        return current_thresholds()
    released, label = load_thresholds(protocol.based_on), protocol.version_label
    if hash_of(released, protocol.thresholds, protocol.cadence) != protocol.content_hash:
        raise ThresholdsError(f"{label} is not what was approved.")
    return patched(released, protocol.thresholds, label=label, content_hash=protocol.content_hash)


def cadence_in_force(clinic_id: UUID, at: datetime) -> CadenceRule:
    """How often this clinic asks at `at`, where nothing else was said of the patient."""
    return cadence_of(protocol_in_force(clinic_id, at).cadence)


def cadence_of(patch: CadencePatch) -> CadenceRule:
    """The usual cadence with a clinic's figures in place."""
    return CadenceRule(
        daily_days=patch.get("daily_days", DEFAULT_CADENCE.daily_days),
        weekly_weeks=patch.get("weekly_weeks", DEFAULT_CADENCE.weekly_weeks),
        later_weeks=patch.get("later_weeks", DEFAULT_CADENCE.later_weeks),
        daily_days_after_stop=patch.get("daily_days_after_stop", DEFAULT_CADENCE.daily_days_after_stop),
        weekly_weeks_after_stop=patch.get("weekly_weeks_after_stop", DEFAULT_CADENCE.weekly_weeks_after_stop),
    )
