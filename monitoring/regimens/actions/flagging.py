"""Bring the flags kept on a patient into line with one screening. Part of a check: its caller holds the lock."""

from collections.abc import Iterable
from datetime import date, datetime

from interactions.checking import Finding, State
from monitoring.people.models import Patient
from monitoring.regimens.models import FlagStatus, InteractionFlag, Prescription, Question, QuestionOutcome
from monitoring.regimens.queries import Screened, kept_on, matched, shown_of, why_again
from monitoring.regimens.rules import Cause, by_fingerprint, causes, in_words, must_acknowledge


def settle_question(flag: InteractionFlag, outcome: QuestionOutcome, now: datetime) -> None:
    """Write down how the question that a flag has open, if any, ended."""
    Question.objects.filter(flag=flag, settled_at__isnull=True).update(outcome=outcome, settled_at=now)


def ask(flag: InteractionFlag, why: Iterable[str], now: datetime) -> None:
    """Write down that a flag asks from `now`, and what made it; nothing when it asks already."""
    if not Question.objects.filter(flag=flag, settled_at__isnull=True).exists():
        Question.objects.create(flag=flag, at=now, causes=list(why), severity=flag.severity, release=flag.release)


def _shown(flag: InteractionFlag) -> tuple[object, ...]:
    """All of a flag that a check may change, but the time of the check."""
    return (
        flag.code, flag.fingerprint, flag.participants, flag.severity, flag.state, flag.finding, flag.release,
        flag.blocking, flag.status, flag.reopened_because,
    )  # fmt: skip


class FlagWriter:
    """Stores every finding of one screening, and resolves the flags whose hazard is gone."""

    def __init__(self, patient: Patient, screened: Screened, *, today: date, now: datetime) -> None:
        self.patient, self.screened, self.today, self.now = patient, screened, today, now
        self.release = screened.screening.release if screened.screening is not None else ""
        self.kept = kept_on(patient, today)
        self.prescriptions = list(Prescription.objects.filter(patient=patient).current())
        self.resolved: list[InteractionFlag] = []
        self.same: list[InteractionFlag] = []
        self.links: list[tuple[InteractionFlag, Prescription]] = []

    def write(self, findings: Iterable[Finding]) -> list[InteractionFlag]:
        """The flags opened, or opened again, that must be answered."""
        asked = []
        present = by_fingerprint(findings)
        flags = matched(self.kept.flags, present)
        going_on = {flag.pk for flag in flags.values()}
        for flag in self.kept.flags.values():
            if flag.pk not in going_on:
                self._resolve(flag)
        for mark, finding in present.items():
            stored = flags.get(mark)
            opened = self._raise(mark, finding) if stored is None else self._refresh(stored, mark, finding)
            if opened is not None and opened.blocking:
                asked.append(opened)
        self._store_links()
        InteractionFlag.objects.filter(pk__in=[flag.pk for flag in self.same]).update(checked_at=self.now)
        return asked

    def _raise(self, mark: str, finding: Finding) -> InteractionFlag:
        flag = InteractionFlag(patient=self.patient, raised_at=self.now, status=FlagStatus.OPEN)
        self._fill(flag, mark, finding)
        flag.save(force_insert=True)
        if flag.blocking:
            ask(flag, [Cause.NEW], self.now)
        self._link(flag, finding)
        return flag

    def _refresh(self, flag: InteractionFlag, mark: str, finding: Finding) -> InteractionFlag | None:
        """Bring a known flag up to date; returns it when there is something new to answer in it.

        New is: an answer that no longer stands, an unanswered finding that now asks, or one that has begun.
        """
        answered = flag.status == FlagStatus.ACKNOWLEDGED
        why = why_again(self.kept, flag, finding, self.screened, self.today) if answered else ()
        began = flag.state == State.UPCOMING and finding.state != State.UPCOMING
        is_new = flag.status == FlagStatus.OPEN and (began or not flag.blocking)
        before = _shown(flag)
        self._fill(flag, mark, finding)
        if why:
            flag.status, flag.reopened_because = FlagStatus.OPEN, in_words(why)
        # Most checks find what the last one found: then the time alone is written, for all of them at once.
        if _shown(flag) == before:
            self.same.append(flag)
        else:
            flag.save()
        self._count(flag, causes(why), is_new=is_new)
        self._link(flag, finding)
        return flag if why or is_new else None

    def _count(self, flag: InteractionFlag, why: list[str], *, is_new: bool) -> None:
        if why:
            ask(flag, why, self.now)
        elif flag.status == FlagStatus.OPEN and not flag.blocking:
            settle_question(flag, QuestionOutcome.MILDER, self.now)
        elif is_new:
            ask(flag, [Cause.SEVERITY], self.now)

    def _fill(self, flag: InteractionFlag, mark: str, finding: Finding) -> None:
        flag.code, flag.fingerprint = finding.code, mark
        flag.participants = list(finding.participants)
        flag.severity, flag.state = str(finding.severity), str(finding.state)
        flag.finding, flag.release = shown_of(finding, self.screened, self.today), self.release
        flag.blocking, flag.checked_at = must_acknowledge(finding), self.now

    def _link(self, flag: InteractionFlag, finding: Finding) -> None:
        taking_part = set(finding.participants)
        self.links += [(flag, row) for row in self.prescriptions if taking_part & set(row.ingredients)]

    def _store_links(self) -> None:
        link = InteractionFlag.prescriptions.through
        rows = [link(interactionflag_id=flag.pk, prescription_id=row.pk) for flag, row in self.links]
        link.objects.bulk_create(rows, ignore_conflicts=True)

    def _resolve(self, flag: InteractionFlag) -> None:
        asking = flag.status == FlagStatus.OPEN
        flag.status, flag.resolved_at, flag.checked_at = FlagStatus.RESOLVED, self.now, self.now
        flag.save(update_fields=["status", "resolved_at", "checked_at"])
        if asking:
            settle_question(flag, QuestionOutcome.GONE, self.now)
        self.resolved.append(flag)
