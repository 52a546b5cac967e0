"""What the pages about a clinic's own severities show. Reads only, and counts instead of names."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from interactions.checking import Severity, adjustable_severities, current_release_version, load_release
from monitoring.adjustments.models import SeverityAdjustment
from monitoring.adjustments.queries import adjustment_history
from monitoring.knowledge.models import ReleaseRollout
from monitoring.knowledge.queries.pages import rule_title
from monitoring.people.models import Clinic
from monitoring.regimens.models import InteractionFlag
from monitoring.regimens.rules import severity_rank


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """A decision of the clinic, the rule it is about, and how far its roll-out is."""

    adjustment: SeverityAdjustment
    title: str
    base: str
    rollout: ReleaseRollout | None


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """A rule as an admin decides about it: its own severity, what it may become, and what flags say now."""

    rule: str
    title: str
    base: str
    choices: tuple[str, ...]
    flags: tuple[tuple[str, int], ...]
    live: SeverityAdjustment | None

    @property
    def flag_count(self) -> int:
        return sum(count for _, count in self.flags)


def adjustment_lines(clinic: Clinic) -> list[AdjustmentLine]:
    """Everything the clinic has decided, what counts now first."""
    rules = load_release(current_release_version()).rules
    decided = list(adjustment_history(clinic))
    latest: dict[UUID | None, ReleaseRollout] = {}
    for rollout in ReleaseRollout.objects.filter(adjustment__in=decided).order_by("asked_at", "pk"):
        latest[rollout.adjustment_id] = rollout
    return [
        AdjustmentLine(
            each,
            title=rule_title(each.rule, current_release_version()),
            base=rules[each.rule].base_severity if each.rule in rules else "",
            rollout=latest.get(each.pk),
        )
        for each in decided
    ]


def adjustable_rules() -> list[tuple[str, str]]:
    """Id and title of every rule whose severity a clinic may change, in the order of the release."""
    rules = load_release(current_release_version()).rules
    return [
        (key, f"{rule.title} ({key})")
        for key, rule in rules.items()
        if not rule.withdrawn and adjustable_severities(key)
    ]


def rule_standing(rule: str, clinic: Clinic) -> RuleStanding | None:
    """A rule that may be changed, as it stands in this clinic; None for any other."""
    text = load_release(current_release_version()).rules.get(rule)
    choices = adjustable_severities(rule) if text is not None else ()
    if text is None or text.withdrawn or not choices:
        return None
    live = SeverityAdjustment.objects.live().filter(clinic=clinic, rule=rule).first()
    return RuleStanding(
        rule=rule, title=text.title, base=text.base_severity, live=live, flags=tuple(_flags(rule, text.code, clinic)),
        choices=tuple(str(each) for each in Severity if each in choices and (live is None or each != live.severity)),
    )  # fmt: skip


def _flags(rule: str, code: str, clinic: Clinic) -> list[tuple[str, int]]:
    present = InteractionFlag.objects.filter(patient__clinic=clinic, code=code, finding__rule=rule).present()
    counted = present.order_by().values_list("severity").annotate(count=Count("pk"))
    return sorted(((str(word), int(count)) for word, count in counted), key=lambda each: -severity_rank(each[0]))


def adjustments_of_clinic(clinic: Clinic) -> QuerySet[SeverityAdjustment]:
    """What counts now in this clinic."""
    return SeverityAdjustment.objects.live().filter(clinic=clinic)
