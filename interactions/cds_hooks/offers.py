"""The services on offer: one for each hook, all with the same prefetch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from interactions.fhir import EGFR_CODES, QTC_CODES, WEIGHT_CODES

_OF_PATIENT: Final = "?patient={{context.patientId}}"
_CODES: Final = ",".join(f"http://loinc.org|{code}" for code in (*EGFR_CODES, *QTC_CODES, *WEIGHT_CODES))

# Only reads and searches that the standard names as safe to ask for. Ended orders are asked for too: some medicines
# stay in the body for weeks after the last dose.
PREFETCH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "patient": "Patient/{{context.patientId}}",
        "medicationRequests": f"MedicationRequest{_OF_PATIENT}&_sort=-authoredon&_count=200",
        "medicationStatements": f"MedicationStatement{_OF_PATIENT}&_count=200",
        "conditions": f"Condition{_OF_PATIENT}&_count=200",
        "observations": f"Observation{_OF_PATIENT}&code={_CODES}&_sort=-date&_count=60",
    }
)
USAGE: Final = (
    "FHIR R4. Nothing is read from the FHIR server: everything is taken from the request, and no access token is used. "
    "medicationRequests or medicationStatements is needed, complete with its ended orders (null where there are none); "
    "without either the answer is 412. The patient, conditions and observations (eGFR, QTc, weight) may be left out: "
    "what they would have told is then said to be unknown on the cards. A list of which only a page is sent is said to "
    "be incomplete. Only hazards of baclofen and of tricyclic antidepressants are looked for: no card says nothing of "
    "other interactions. A medicine that is not understood is always named on a card."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service as discovery lists it."""

    id: str
    hook: str
    title: str
    description: str
    prefetch: Mapping[str, str] = field(default_factory=lambda: PREFETCH, hash=False)
    usage: str = USAGE

    def as_dict(self) -> dict[str, Any]:
        """The service in the words of the standard."""
        return {
            "id": self.id,
            "hook": self.hook,
            "title": self.title,
            "description": self.description,
            "prefetch": dict(self.prefetch),
            "usageRequirements": self.usage,
        }


SERVICES: Final[tuple[Service, ...]] = (
    Service(
        id="evenkeel-patient-view",
        hook="patient-view",
        title="Evenkeel: baclofen and tricyclics in this patient's list",
        description="Checks the medicines of a patient's list for what baclofen or a tricyclic antidepressant does "
        "together with them, with the patient's kidney function, age and conditions.",
    ),
    Service(
        id="evenkeel-order-select",
        hook="order-select",
        title="Evenkeel: the selected order beside the patient's medicines",
        description="Says what a newly selected order adds to the risks of baclofen or a tricyclic antidepressant, "
        "beside the medicines of the patient's list.",
    ),
    Service(
        id="evenkeel-order-sign",
        hook="order-sign",
        title="Evenkeel: all orders about to be signed",
        description="Says what the orders about to be signed add to the risks of baclofen or a tricyclic "
        "antidepressant, among themselves and beside the medicines of the patient's list.",
    ),
)
BY_ID: Final = MappingProxyType({service.id: service for service in SERVICES})
