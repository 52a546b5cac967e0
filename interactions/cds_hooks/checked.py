"""One request, checked: the regimen with and without the orders it asks about, and what they change."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from interactions.cds_hooks.requests import HookRequest
from interactions.cds_hooks.subject import Subject, subject_of
from interactions.checking import Adjustments, Finding, PatientContext, Screening, check_regimen
from interactions.checking.index import index_of
from interactions.fhir import Line, Note, ReadMedicine, line_of, same_reference, settle
from interactions.knowledge.loader import current_release

# These say of a line that it could not be told; they have a card of their own, with every such line on it.
_TOLD_ELSEWHERE = frozenset({"AMBIGUOUS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the cards are written from. ``lines`` stand in an order that does not depend on the request's, drafts
    first; ``findings`` are those to show. ``relevant`` is True when a medicine of the rules is on the list."""

    request: HookRequest
    on: date
    subject: Subject
    screening: Screening
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    relevant: bool

    @property
    def unread(self) -> tuple[Line, ...]:
        """Lines of which something could not be checked."""
        return tuple(line for line in self.lines if line.unresolved)

    @property
    def unconfirmed(self) -> tuple[Line, ...]:
        """Lines whose name was taken for a near one."""
        return tuple(line for line in self.lines if line.exposures and line.needs_confirmation)

    def lines_of(self, finding: Finding) -> tuple[Line, ...]:
        """The lines that hold an ingredient of the finding."""
        keys = frozenset(finding.participants)
        return tuple([line for line in self.lines if not keys.isdisjoint(line.resolution.ingredients)])

    def held(self) -> frozenset[str]:
        """What is on the patient's list already, running or just ended: ingredients of lines that are no drafts."""
        return frozenset(key for line in self.lines if not line.draft for key in line.resolution.ingredients)

    @property
    def unclear(self) -> tuple[Note, ...]:
        """What was unclear about lines that matter: of a finding, of the pair, or about to be signed."""
        return self._said(lambda line: line.problems)

    @property
    def remarks(self) -> tuple[Note, ...]:
        """How the names of lines that matter were read."""
        return self._said(lambda line: line.remarks)

    def _said(self, of: Callable[[Line], tuple[str, ...]]) -> tuple[Note, ...]:
        keys = {key for finding in self.findings for key in finding.participants}
        keys |= index_of(current_release()).targets
        return tuple(
            Note(line.medicine.place, f"“{line.said}”: {said}")
            for line in self.lines
            if line.exposures and not keys.isdisjoint(line.resolution.ingredients)
            for said in of(line)
        )

    @property
    def left_out(self) -> tuple[Note, ...]:
        """Lines that do not count, and why."""
        medicines = [*self.request.prefetch.medicines, *self.request.asked_about]
        found = [(each.named.said, each.place, each.left_out) for each in medicines if each.left_out]
        return tuple(Note(place, f"“{said}”: not counted, {why}") for said, place, why in sorted(found))


def _place(line: Line) -> tuple[object, ...]:
    """Drafts first, then by all that tells lines apart but their place in the request."""
    medicine = line.medicine
    dose = medicine.dose
    return (
        not line.draft, line.said, medicine.identity, medicine.kind, medicine.status, str(medicine.starts_on),
        str(medicine.ends_on), dose.text, str(dose.amount), str(dose.times),
    )  # fmt: skip


def check(request: HookRequest, on: date, adjustments: Adjustments) -> Checked:
    """Check a request on a day, with a clinic's own severities."""
    subject = subject_of(request.prefetch, on)
    asked = request.asked_about
    held = [line_of(each, on=on) for each in request.prefetch.medicines if not each.left_out]
    kept = [line for line in held if not _superseded(line, asked)]
    drafts = [line_of(each, on=on, draft=True) for each in asked if not each.left_out]
    lines = tuple(sorted(settle([*drafts, *kept]), key=_place))
    screening = _screen(lines, subject.context, on, adjustments)
    findings = [finding for finding in screening.findings if finding.code not in _TOLD_ELSEWHERE]
    if request.hook != "patient-view":
        before = _screen(settle(held), subject.context, on, adjustments)
        findings = _changed(findings, before, drafts)
    targets = index_of(current_release()).targets
    present = {key for line in lines for key in line.ingredients}
    return Checked(
        request=request,
        on=on,
        subject=subject,
        screening=screening,
        lines=lines,
        findings=tuple(findings),
        relevant=not targets.isdisjoint(present),
    )


def _screen(lines: Iterable[Line], context: PatientContext, on: date, adjustments: Adjustments) -> Screening:
    given = list(lines)
    exposures = [exposure for line in given for exposure in line.exposures]
    unresolved = [part for line in given for part in line.unresolved]
    return check_regimen(exposures, context, on, unresolved=unresolved, adjustments=adjustments)


def _superseded(line: Line, asked: Sequence[ReadMedicine]) -> bool:
    """Whether the line is the version on record of an order that is about to be signed anew, or cancelled."""
    return any(same_reference(line.medicine.identity, each.identity) for each in asked if each.identity)


def _changed(findings: Iterable[Finding], before: Screening, drafts: Sequence[Line]) -> list[Finding]:
    """What the orders add, make worse or take part in. What stood before and stays as it was is not said again."""
    ordered = {key for line in drafts for key in line.ingredients}
    known = {(finding.identity, finding.rank, finding.state, _raising(finding)) for finding in before.findings}
    return [
        finding
        for finding in findings
        if ordered.intersection(finding.participants)
        or (finding.identity, finding.rank, finding.state, _raising(finding)) not in known
    ]


def _raising(finding: Finding) -> frozenset[str]:
    return frozenset(factor.factor for factor in finding.factors if factor.effect == "raises")
