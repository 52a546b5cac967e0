"""Brings amounts and frequencies together: which amount is taken how often, and when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from interactions.medicines.sig_amounts import Amount
from interactions.medicines.sig_words import At, Often, Placed

MILLIGRAMS: Final = {"mg": Decimal(1), "g": Decimal(1000), "microgram": Decimal("0.001")}
_MOST_A_DAY: Final = 24


@dataclass(frozen=True, slots=True)
class Part:
    """An amount taken ``count`` times a day (None: not written), at ``times`` where they are known."""

    amount: Decimal
    unit: str
    count: int | None
    days: Decimal | None = None
    times: tuple[str, ...] = ()

    def in_unit(self, amount: Decimal, unit: str) -> "Part":
        """The same part with its amount in another unit."""
        return replace(self, amount=amount, unit=unit)

    def as_milligrams(self) -> "Part":
        """The same amount in mg. ValueError when the unit is none of mass."""
        if self.unit not in MILLIGRAMS:
            raise ValueError("amounts in different kinds of unit are written")
        return self.in_unit(self.amount * MILLIGRAMS[self.unit], "mg")


@dataclass(frozen=True, slots=True)
class Shares:
    """The parts of one period of ``days``; no parts when they contradict each other."""

    parts: tuple[Part, ...]
    days: Decimal
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One amount with all that was said about how often it is taken."""

    amount: Amount
    said: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Roles:
    """Which amounts are taken, and which say what one unit of the product holds."""

    taken: tuple[Amount, ...]
    of_product: tuple[Amount, ...]


def roles(found: Sequence[Amount], placed: Sequence[Placed], text: str) -> Roles:
    """Tell "25 mg 2 tablets at night" (two tablets of 25 mg) from "10 mg morning, 20 mg night".

    A mass with no frequency of its own before a count, beside a count of one, or after "of", is what
    one unit holds. All else is taken, and contradictions are left to be found.
    """
    counts = [one for one in found if one.unit == "tablet"]
    loose = [one for one in found if one.unit in MILLIGRAMS and not one.of_product]
    product = tuple(one for one in found if one.of_product)
    if not counts or not loose or len({(one.value, one.unit) for one in loose}) > 1:
        taken = tuple(one for one in found if not one.of_product)
        return Roles(taken, product) if taken else Roles(product, product)
    first = min(counts, key=lambda one: one.start)
    before = all(one.end <= first.start and not _said_between(one, first, placed) for one in loose)
    ones = all(one.value == 1 for one in counts)
    of_these = all(text[first.end : one.start].strip() in {"of", "of the"} for one in loose)
    if before or ones or of_these:
        return Roles(tuple(counts), (*product, *loose))
    return Roles((*loose, *counts), product)


def _said_between(one: Amount, other: Amount, placed: Sequence[Placed]) -> bool:
    return any(one.end <= said.start < other.start for said in placed)


def parts_of(taken: Sequence[Amount], placed: Sequence[Placed]) -> list[Group]:
    """Give every frequency to the amount it follows; what comes before the first goes to the first.

    "morning 10 mg, night 20 mg" names each time before its amount, and is paired so.
    """
    ordered = sorted(taken, key=lambda one: one.start)
    starts = [one.start for one in ordered]
    before_each = [
        [said for said in placed if (starts[i - 1] if i else -1) < said.start < starts[i]] for i in range(len(starts))
    ]
    trailing = [said for said in placed if said.start > starts[-1]]
    leads = all(said and all(isinstance(one.what, At) for one in said) for said in before_each)
    if leads and not trailing:
        return [Group(amount, tuple(said)) for amount, said in zip(ordered, before_each, strict=True)]
    following = [*before_each[1:], trailing]
    following[0] = [*before_each[0], *following[0]]
    return [Group(amount, tuple(said)) for amount, said in zip(ordered, following, strict=True)]


def share_out(groups: Sequence[Group], *, shared: Decimal | None = None, divided: bool = False) -> Shares:
    """The parts of all groups over one common period.

    ``shared`` is a period said once for all of them; ``divided`` that the amount is the whole day's.
    """
    problems: list[str] = []
    parts = [_part(group, problems, shared=shared, divided=divided) for group in groups]
    if len(parts) > 1:
        parts = _without_total(_without_repeats(parts), problems)
    if len(parts) > 1 and any(part.count is None for part in parts):
        return Shares((), Decimal(1), (*problems, "two amounts are written and it is not clear which is taken"))
    days = _period([part.days for part in parts])
    if days is None:
        return Shares((), Decimal(1), (*problems, "amounts over different periods are written"))
    return Shares(tuple(parts), days, tuple(problems))


def _period(written: Sequence[Decimal | None]) -> Decimal | None:
    """The period of all parts; None when they differ. A part that names none is taken every day."""
    periods = {days or Decimal(1) for days in written}
    return periods.pop() if len(periods) == 1 else None


def _without_repeats(parts: Sequence[Part]) -> list[Part]:
    """ "baclofen 10 mg, take 10 mg tds" says one amount twice."""
    if not any(part.count is not None for part in parts):
        return list(dict.fromkeys(parts))
    timed = {(part.amount, part.unit) for part in parts if part.count is not None}
    return [part for part in parts if part.count is not None or (part.amount, part.unit) not in timed]


def _without_total(parts: Sequence[Part], problems: list[str]) -> list[Part]:
    """ "20 mg tds (60 mg daily)" says the day's total beside its parts."""
    for total in parts[1:]:
        others = [part for part in parts if part is not total]
        if total.times or total.count != 1 or any(part.unit != total.unit or part.count is None for part in others):
            continue
        if sum(part.amount * (part.count or 0) for part in others) == total.amount and total.amount > others[0].amount:
            problems.append(f"{total.amount:f} {total.unit} is read as the total of the day")
            return others
    return list(parts)


def _part(group: Group, problems: list[str], *, shared: Decimal | None, divided: bool) -> Part:
    amount = group.amount.value or Decimal(0)
    often = [said.what for said in group.said if isinstance(said.what, Often)]
    times = tuple(said.what.time for said in group.said if isinstance(said.what, At))
    problems.extend(one.note for one in often if one.note)
    periods = {one.days for one in often if one.days is not None} or ({shared} if shared else set())
    count = _count(often, times, problems)
    if count == 1 and not times and not periods:
        problems.append("written as a single dose")
        count = None
    if count is not None and (divided or any(one.divided for one in often)):
        amount, count = _divided(amount, count, problems)
    if len(periods) > 1:
        problems.append("two intervals are written: the shorter one is used")
    return Part(
        amount,
        group.amount.unit,
        count,
        days=min(periods, default=None),
        times=times if count == len(times) else (),
    )


def _count(often: Sequence[Often], times: Sequence[str], problems: list[str]) -> int | None:
    counts = {one.count for one in often}
    if not counts:
        return len(times) or None
    most = max(counts)
    if len(counts - {1}) > 1:
        problems.append(f"two frequencies are written: {most} times is used")
    if most == 1 and len(times) > 1:
        return len(times)
    return min(most, _MOST_A_DAY)


def _divided(amount: Decimal, count: int, problems: list[str]) -> tuple[Decimal, int]:
    """A day's amount shared equally; kept whole when it does not share out exactly."""
    share = amount / count
    if share * count == amount:
        return share, count
    problems.append(f"the day's amount does not share out into {count}: kept as one")
    return amount, 1
