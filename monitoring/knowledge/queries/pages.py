"""What the pages about roll-outs and severities show. Reads only; nobody is named but through `visible_to`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db.models import Count, QuerySet

from interactions.checking import load_release, versions
from monitoring.knowledge.models import Change, ReleaseRollout, RolloutPatient
from monitoring.knowledge.queries.scope import checked_by_another, checks_of
from monitoring.people.models import Clinic, Patient, User

_COUNTED: Final = (Change.NEW, Change.RAISED, Change.LOWERED, Change.GONE)


@dataclass(slots=True)
class RuleLine:
    """How many patients a rule newly speaks to, and so on."""

    rule: str
    title: str
    new: int = 0
    raised: int = 0
    lowered: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """What a roll-out has changed so far, in numbers; `everybody` counts those whose check failed too."""

    rollout: ReleaseRollout
    patients: int
    everybody: int
    rules: tuple[RuleLine, ...]

    @property
    def percent(self) -> int:
        """How much of it is done; 0 until it is counted how much there is."""
        total = self.rollout.total
        return 100 if total == 0 else 0 if total is None else min(100, 100 * self.rollout.done // total)


@dataclass(slots=True)
class PatientLine:
    """One patient the reader may see, with what changed for them."""

    patient: Patient
    changes: list[tuple[RolloutPatient, str]] = field(default_factory=list)


def rule_title(rule: str, *releases: str) -> str:
    """The title of a rule in the first of these releases that is at hand and holds it; else its id."""
    at_hand = versions()
    for version in releases:
        text = load_release(version).rules.get(rule) if version in at_hand else None
        if text is not None:
            return text.title
    return rule


def results_of(rollout: ReleaseRollout) -> Results:
    """Patients by rule and kind of change; those whose check failed are counted on the roll-out itself."""
    changes = RolloutPatient.objects.filter(rollout=rollout, change__in=_COUNTED).order_by()
    lines: dict[str, RuleLine] = {}
    counted = changes.values_list("rule", "change").annotate(patients=Count("patient", distinct=True))
    for rule, change, patients in counted:
        title = rule_title(rule, rollout.to_version, rollout.from_version)
        line = lines.setdefault(rule, RuleLine(rule, title))
        setattr(line, change, patients)
    ordered = sorted(lines.values(), key=lambda line: (-line.new - line.raised, -line.lowered - line.gone, line.rule))
    return Results(
        rollout,
        patients=changes.values("patient").distinct().count(),
        everybody=RolloutPatient.objects.filter(rollout=rollout).order_by().values("patient").distinct().count(),
        rules=tuple(ordered),
    )


def patients_changed(rollout: ReleaseRollout, user: User) -> QuerySet[Patient]:
    """The patients concerned whom `user` may see, those whose check failed among them."""
    changed = RolloutPatient.objects.filter(rollout=rollout).values("patient")
    return Patient.objects.filter(pk__in=Patient.objects.visible_to(user)).filter(pk__in=changed)


def lines_for(rollout: ReleaseRollout, patients: Iterable[Patient]) -> list[PatientLine]:
    """These patients with what changed for each, in words."""
    lines = {patient.pk: PatientLine(patient) for patient in patients}
    for row in RolloutPatient.objects.filter(rollout=rollout, patient__in=lines):
        title = rule_title(row.rule, rollout.to_version, rollout.from_version) if row.rule else ""
        lines[row.patient_id].changes.append((row, title))
    return list(lines.values())


def rollouts_of(clinic: Clinic) -> QuerySet[ReleaseRollout]:
    """The clinic's roll-outs, the latest first."""
    return ReleaseRollout.objects.filter(clinic=clinic).select_related("asked_by", "adjustment")


def latest_rollout(clinic: Clinic, version: str) -> ReleaseRollout | None:
    """The last time a release came into force in this clinic, or was asked about."""
    return rollouts_of(clinic).filter(to_version=version, adjustment__isnull=True).first()


def rollout_seen_by(user: User, pk: UUID) -> ReleaseRollout | None:
    """A roll-out of the user's own clinic; None for any other."""
    return rollouts_of(user.clinic).filter(pk=pk).first()


def behind_count(clinic: Clinic, version: str) -> int:
    """How many regimens of the clinic stand checked by another release."""
    return checks_of(clinic.pk).filter(checked_by_another(version)).count()
