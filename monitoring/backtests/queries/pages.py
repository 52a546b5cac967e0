"""What the pages about a clinic's own thresholds show. Reads only; who may see which patient is asked here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import pgettext

from monitoring.backtests.models import BacktestPatient, BacktestRun, Proposal
from monitoring.backtests.rules import DAYS, EVERYBODY, WEEK, Tally
from monitoring.checkins.rules import Level
from monitoring.people.models import Clinic, Patient, User

LEVELS: Final = (Level.EMERGENCY, Level.URGENT, Level.WARNING)
CHANGED: Final = Q(gained__gt=0) | Q(lost__gt=0) | Q(rose__gt=0) | Q(fell__gt=0)


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure now and as proposed; `a_week` of it over the days replayed."""

    label: str
    now: int
    proposed: int
    level: Level | None = None

    @property
    def now_a_week(self) -> str:
        return _a_week(self.now)

    @property
    def proposed_a_week(self) -> str:
        return _a_week(self.proposed)

    @property
    def difference(self) -> str:
        """How many more or fewer a week, with its sign; “no change” where there is none."""
        more = self.proposed - self.now
        return "no change" if not more else f"{'+' if more > 0 else '−'}{_a_week(abs(more))}"


def _a_week(count: int) -> str:
    return f"{count * WEEK / DAYS:.1f}"


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the days replayed; the last one may be short."""

    first: date
    last: date
    levels: tuple[Pair, ...]

    @property
    def now(self) -> int:
        return sum(pair.now for pair in self.levels)

    @property
    def proposed(self) -> int:
        return sum(pair.proposed for pair in self.levels)


@dataclass(frozen=True, slots=True)
class Results:
    """What a replay counted. Patients are those with at least one such alert."""

    run: BacktestRun
    tally: Tally
    weeks: tuple[Week, ...]
    levels: tuple[Pair, ...]
    load: tuple[Pair, ...]
    gained: int
    lost: int
    rose: int
    fell: int
    changed: int

    @property
    def total(self) -> Pair:
        return Pair(
            pgettext("staff", "All alerts"),
            sum(each.now for each in self.levels),
            sum(each.proposed for each in self.levels),
        )

    @property
    def asked(self) -> Pair:
        return Pair(pgettext("staff", "Check-ins asked for"), self.tally.asked[0], self.tally.asked[1])


def percent_of(run: BacktestRun) -> int:
    """How much of a replay is done; 0 until it is counted how much there is."""
    return 100 if run.total == 0 else 0 if run.total is None else min(100, 100 * run.done // run.total)


def results_of(run: BacktestRun) -> Results:
    """The figures of a replay that is done."""
    tally = Tally(**run.summary)
    rows = BacktestPatient.objects.filter(run=run)
    return Results(
        run=run, tally=tally, weeks=tuple(_weeks(run, tally)), levels=tuple(_by_level(tally)), load=tuple(_load(tally)),
        gained=rows.filter(gained__gt=0).count(), lost=rows.filter(lost__gt=0).count(),
        rose=rows.filter(rose__gt=0).count(), fell=rows.filter(fell__gt=0).count(),
        changed=rows.filter(CHANGED).count(),
    )  # fmt: skip


def _weeks(run: BacktestRun, tally: Tally) -> Iterable[Week]:
    for number in range((DAYS + WEEK - 1) // WEEK):
        first = run.first_day + timedelta(days=number * WEEK)
        pairs = ((level, tally.weeks.get(f"{number}.{int(level)}", [0, 0])) for level in LEVELS)
        levels = tuple(Pair(level.label, now, proposed, level) for level, (now, proposed) in pairs)
        yield Week(first, min(run.last_day, first + timedelta(days=WEEK - 1)), levels)


def _by_level(tally: Tally) -> Iterable[Pair]:
    for level in LEVELS:
        counts = [pair for key, pair in tally.weeks.items() if key.endswith(f".{int(level)}")]
        yield Pair(level.label, sum(pair[0] for pair in counts), sum(pair[1] for pair in counts), level)


def _load(tally: Tally) -> list[Pair]:
    names = dict(User.objects.filter(pk__in=[key for key in tally.load if key]).values_list("pk", "name"))
    found = [Pair(_who(key, names), pair[0], pair[1]) for key, pair in tally.load.items()]
    return sorted(found, key=lambda each: (-each.proposed, -each.now, each.label))


def _who(key: str, names: Mapping[UUID, str]) -> str:
    return (
        pgettext("staff", "No care team: everybody")
        if key == EVERYBODY
        else names.get(UUID(key), pgettext("staff", "Somebody who is gone"))
    )


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day on which a patient's alert would differ; `check_in` is the one that weighs most."""

    on: date
    check_in: UUID
    now: Level
    proposed: Level


@dataclass(slots=True)
class PatientLine:
    """One patient the reader may see, with the days on which the change matters."""

    patient: Patient
    row: BacktestPatient
    days: list[ChangedDay] = field(default_factory=list)


def patients_changed(run: BacktestRun, user: User) -> QuerySet[BacktestPatient]:
    """The rows of patients whose alerts would differ, or could not be replayed, of those `user` may see."""
    rows: QuerySet[BacktestPatient] = BacktestPatient.objects.visible_to(user)
    concerned = rows.filter(run=run).filter(CHANGED | Q(failed=True)).select_related("patient")
    return concerned.order_by(F("gained") + F("rose") - F("lost") - F("fell"), "patient__family_name", "pk")


def lines_for(rows: Iterable[BacktestPatient]) -> list[PatientLine]:
    """These rows with their days in order."""
    return [
        PatientLine(
            row.patient, row,
            [
                ChangedDay(date.fromisoformat(on), UUID(key), Level(now), Level(proposed))
                for on, key, now, proposed in row.figures.get("days", [])
            ],
        )
        for row in rows
    ]  # fmt: skip


def proposals_of(clinic: Clinic) -> QuerySet[Proposal]:
    """The clinic's proposals, the latest first."""
    found = Proposal.objects.filter(clinic=clinic).select_related("proposed_by", "withdrawn_by", "version")
    return found.order_by("-proposed_at", "id")


def proposal_seen_by(user: User, pk: UUID) -> Proposal | None:
    """A proposal of the user's own clinic; None for any other."""
    return proposals_of(user.clinic).filter(pk=pk).first()


def latest_run(proposal: Proposal) -> BacktestRun | None:
    """The last replay that was asked for."""
    return proposal.runs.select_related("asked_by", "proposal__clinic").first()
