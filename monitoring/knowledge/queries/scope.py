"""Which patients a change of knowledge concerns, asked of the table of who takes what. Reads only."""

from functools import lru_cache
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from interactions.checking import KnowledgeError, current_release_version, load_release, versions
from interactions.checking.concerning import clauses_between, clauses_of_rule
from monitoring.knowledge.models import ReleaseRollout, RolloutKind
from monitoring.knowledge.rules import EVERYONE, Clause, Scope
from monitoring.regimens.models import RegimenCheck, RegimenIngredient


def why_impossible(rollout: ReleaseRollout) -> str:
    """Why a roll-out cannot go on, in words; "" while it can."""
    if rollout.kind != RolloutKind.PREVIEW and rollout.to_version != current_release_version():
        return "Another release has come into force."
    if rollout.to_version not in versions():
        return "The release is no longer at hand."
    try:
        load_release(rollout.to_version)
    except KnowledgeError:
        return "The release cannot be read."
    return ""


def scope_between(old: str, new: str) -> Scope:
    """Those for whom a screening by release `new` may differ from one by `old`; one not at hand is as any other."""
    try:
        return Scope() if old == new else _between(old, new)
    except KnowledgeError:
        return EVERYONE


@lru_cache(maxsize=64)
def _between(old: str, new: str) -> Scope:
    # A release never changes, so neither does what lies between two of them.
    clauses = clauses_between(load_release(old), load_release(new))
    return EVERYONE if clauses is None else Scope(clauses=clauses)


def scope_of_rule(rule: str, version: str) -> Scope:
    """Those on whom a rule of a release can fire at all."""
    clauses = clauses_of_rule(rule, load_release(version))
    return EVERYONE if clauses is None else Scope(clauses=clauses)


def in_scope(scope: Scope) -> Q:
    """A condition on the checks of regimens: the patient is one of those concerned."""
    if scope.everyone:
        return Q()
    held = Q(pk__in=())
    for clause in scope.clauses:
        held |= _holds(clause)
    return held


def _holds(clause: Clause) -> Q:
    condition = Q()
    for needed in clause:
        taken = RegimenIngredient.objects.filter(patient=OuterRef("patient_id"), ingredient__in=sorted(needed))
        condition &= Q(Exists(taken))
    return condition


def checks_of(clinic_id: UUID) -> QuerySet[RegimenCheck]:
    """The regimens of a clinic that were checked at all; a failed check is tried again by the clock anyway."""
    return RegimenCheck.objects.filter(patient__clinic=clinic_id, failed=False)


def checked_by_another(version: str) -> Q:
    """Checked by another release than this one. Two ranges, because an index finds those and not an inequality."""
    return Q(release__lt=version) | Q(release__gt=version)


def other_releases(clinic_id: UUID, version: str) -> list[str]:
    """The releases by which regimens of a clinic stand checked, other than `version`."""
    found: list[str] = []
    behind = checks_of(clinic_id).filter(checked_by_another(version)).order_by("release").values_list("release")
    # From one to the next along the index, where DISTINCT would read the row of every patient.
    after = behind[:1]
    while row := after.first():
        found.append(row[0])
        after = behind.filter(release__gt=row[0])[:1]
    return found


def to_screen(rollout: ReleaseRollout) -> QuerySet[RegimenCheck]:
    """The regimens that a roll-out still has to screen, in its order.

    A release concerns those whom another one screened last; a changed severity everybody on whom the rule can fire.
    """
    checks = checks_of(rollout.clinic_id)
    if rollout.adjustment is not None:
        checks = checks.filter(in_scope(scope_of_rule(rollout.adjustment.rule, rollout.to_version)))
    else:
        checks = checks.filter(_concerned_by(rollout.clinic_id, rollout.to_version))
    if rollout.cursor is not None:
        checks = checks.filter(patient_id__gt=rollout.cursor)
    return checks.order_by("patient_id")


def _concerned_by(clinic_id: UUID, version: str) -> Q:
    concerned = Q(pk__in=())
    for release in other_releases(clinic_id, version):
        concerned |= Q(release=release) & in_scope(scope_between(release, version))
    return concerned
