"""What the roll-out job works on. Reads only."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When

from interactions.checking import Finding
from monitoring.knowledge.models import LIVE, ReleaseRollout, RolloutKind
from monitoring.knowledge.queries.scope import checked_by_another
from monitoring.knowledge.rules import Held
from monitoring.people.models import Clinic, Patient
from monitoring.regimens.models import InteractionFlag, RegimenCheck
from monitoring.regimens.rules import by_fingerprint


def clinics_behind(version: str) -> list[UUID]:
    """Clinics with regimens that another release checked, and no roll-out of `version` at work on them."""
    rollouts = ReleaseRollout.objects.filter(
        clinic=OuterRef("pk"), kind=RolloutKind.IN_FORCE, to_version=version, state__in=LIVE
    )
    behind = RegimenCheck.objects.filter(checked_by_another(version), patient__clinic=OuterRef("pk"), failed=False)
    clinics = Clinic.objects.filter(~Exists(rollouts), Exists(behind)).order_by("pk")
    return list(clinics.values_list("pk", flat=True))


def rollouts_to_work_on(now: datetime, limit: int = 50) -> list[UUID]:
    """Roll-outs that nobody is working on: what is in force before what is only asked, then the oldest."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    last = Case(When(kind=RolloutKind.PREVIEW, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = ReleaseRollout.objects.live().filter(free).order_by(last, "asked_at", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def hazards_kept(patients: Iterable[Patient]) -> dict[UUID, dict[str, Held]]:
    """What the patients' flags say now, by fingerprint."""
    kept: dict[UUID, dict[str, Held]] = {patient.pk: {} for patient in patients}
    flags = InteractionFlag.objects.filter(patient__in=kept).present().order_by()
    rows = flags.values_list("patient_id", "fingerprint", "finding__rule", "code", "severity")
    for patient_id, mark, rule, code, severity in rows:
        kept[patient_id][mark] = Held(rule or "", code, severity)
    return kept


def hazards_found(findings: Iterable[Finding]) -> dict[str, Held]:
    """What a screening says, by fingerprint."""
    found = by_fingerprint(findings)
    return {mark: Held(each.rule, each.code, str(each.severity)) for mark, each in found.items()}
