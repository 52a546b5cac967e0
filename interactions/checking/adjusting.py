"""A clinic's own severities: which rules may be moved, and what moving one does to its findings."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from interactions.checking.findings import Adjustment, Finding, Severity
from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Release

Adjustments = Mapping[str, Adjustment]

NO_ADJUSTMENTS: Final[Adjustments] = {}
_LADDER: Final = tuple(Severity)


def adjustable_severities(rule: str, *, release: Release | None = None) -> tuple[Severity, ...]:
    """The severities a clinic may give this rule, mildest first; none for cards without a drug severity.

    A rule that a label makes contraindicated cannot be lowered. Raises KeyError for a rule the release
    does not hold.
    """
    base = Severity((release or current_release()).rules[rule].base_severity)
    if base in {Severity.NONE, Severity.CONTRAINDICATED}:
        return ()
    return tuple(severity for severity in Severity if severity not in {Severity.NONE, base})


def adjusted(findings: Iterable[Finding], adjustments: Adjustments) -> Iterator[Finding]:
    """The findings with the clinic's severity in place of the rule's own.

    A finding moves by as many steps as its rule was moved, from minor to contraindicated. Cards without a
    drug severity stay as they are, and so does whatever is contraindicated for this patient: a clinic's
    wish for fewer alerts must not take that away.
    """
    for finding in findings:
        wish = adjustments.get(finding.rule)
        yield finding if wish is None else _moved(finding, wish)


def _moved(finding: Finding, wish: Adjustment) -> Finding:
    base = Severity(finding.text.base_severity)
    lowering = wish.severity.rank < base.rank
    if not isinstance(finding.severity, Severity) or Severity.NONE in {base, finding.severity}:
        return finding
    if lowering and Severity.CONTRAINDICATED in {base, finding.severity}:
        return finding
    rank = finding.severity.rank + wish.severity.rank - base.rank
    severity = _LADDER[min(max(rank, Severity.MINOR.rank), Severity.CONTRAINDICATED.rank)]
    return finding._replace(severity=severity, base_severity=wish.severity, adjusted=wish)
