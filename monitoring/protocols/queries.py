"""Which of a clinic's versions counts at an instant. Reads only."""

from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.db.models import QuerySet

from monitoring.people.models import Clinic
from monitoring.protocols.models import ProtocolVersion
from monitoring.protocols.rules import AS_RELEASED, Protocol, number_in

_COLUMNS = ("number", "based_on", "thresholds", "cadence", "content_hash")


def protocol_in_force(clinic_id: UUID, at: datetime) -> Protocol:
    """What judges and asks this clinic's patients at `at`: of the versions whose time has come, the latest decision.

    Without one it is the release as it stands.
    """
    return _first(ProtocolVersion.objects.filter(clinic=clinic_id, in_force_from__lte=at))


def protocol_named(clinic_id: UUID, label: str) -> Protocol | None:
    """The clinic's version that a verdict names; None for a release, or a label that is not of this clinic."""
    number = number_in(label)
    found = _first(ProtocolVersion.objects.filter(clinic=clinic_id, number=number)) if number else AS_RELEASED
    return found if found.number and found.version_label == label else None


def latest_number(clinic_id: UUID) -> int:
    """The number of the clinic's last decision, in force or to come; 0 before the first."""
    return _first(ProtocolVersion.objects.filter(clinic=clinic_id)).number


def versions_of(clinic: Clinic) -> QuerySet[ProtocolVersion]:
    """The clinic's versions, the latest decision first."""
    return (
        ProtocolVersion.objects.filter(clinic=clinic).select_related("proposed_by", "approved_by").order_by("-number")
    )


def _first(versions: QuerySet[ProtocolVersion]) -> Protocol:
    row = versions.order_by("-number").values_list(*_COLUMNS).first()
    if row is None:
        return AS_RELEASED
    number, based_on, thresholds, cadence, content_hash = row
    return Protocol(number, based_on, MappingProxyType(thresholds), MappingProxyType(cadence), content_hash)
