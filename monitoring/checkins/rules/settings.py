"""The released thresholds as settings that a clinic may move, and the thresholds with a clinic's settings in place."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError

from monitoring.checkins.rules.thresholds import Band, Thresholds, ThresholdsError, load_thresholds
from monitoring.protocols.rules import EMERGENCY, LEVELS, Fault, Patch, Setting, faults_of, is_locked, levels_allowed

WORSE_IS_MILDER: Final = "A worse answer would count as milder than this one. Change that one too."


@dataclass(frozen=True, slots=True)
class _Range:
    """Where a cut-off may lie (judgement): `low_end` for what is dangerous when low, `high_end` when high."""

    low_end: tuple[Decimal, Decimal]
    high_end: tuple[Decimal, Decimal]
    places: int = 0


def _range(low: tuple[str, str], high: tuple[str, str], places: int = 0) -> _Range:
    return _Range((Decimal(low[0]), Decimal(low[1])), (Decimal(high[0]), Decimal(high[1])), places)


_RANGES: Final[Mapping[str, _Range]] = {
    "rr": _range(("5", "13"), ("18", "35")),
    "spo2": _range(("80", "97"), ("99", "100")),
    "sbp": _range(("70", "115"), ("180", "260")),
    "pulse": _range(("30", "58"), ("95", "160")),
    "qtc": _range(("300", "340"), ("440", "520")),
    "temp_c": _range(("34.0", "35.5"), ("37.5", "39.0"), places=1),
}
_SMALLEST_RISE: Final = Decimal(30)
_SIDES: Final = ("at_most", "at_least")
_COUNTS: Final = {"2": "Two or more", "3": "Three or more"}


def settings_of(thresholds: Thresholds) -> Mapping[str, Setting]:
    """Every level and figure of a release that a clinic may change, by name, in the order of the file.

    What is locked is left out, and so is the answer “as usual”, which is no sign of anything.
    """
    return _settings_of(thresholds.version)


@lru_cache(maxsize=8)
def _settings_of(version: str) -> Mapping[str, Setting]:
    released = load_thresholds(version)
    found = [*_answers(released), *_together(released), *_vitals(released)]
    return MappingProxyType({each.name: each for each in found})


def _level(name: str, group: str, label: str, released: str) -> Iterator[Setting]:
    if not is_locked(name):
        yield Setting(name, group, label, released, choices=levels_allowed(name, released))


def _answers(released: Thresholds) -> Iterator[Setting]:
    for question, rule in released.questions.items():
        for score, level in list(enumerate(rule.levels))[1:]:
            label = f"{score} of {len(rule.levels) - 1}: {rule.says[score]}"
            yield from _level(f"questions.{question}.{score}", rule.topic, label, level.word)
    for question, choice in released.choices.items():
        for option, rated in choice.options.items():
            if option not in {"none", "missed_0"}:
                yield from _level(f"choices.{question}.{option}", choice.topic, rated.says, rated.level.word)


def _together(released: Thresholds) -> Iterator[Setting]:
    group = "Answers together"
    for rule in released.combinations:
        yield from _level(f"combinations.{rule.id}", group, rule.says, rule.level.word)
    several, change = released.several_warnings, released.change
    yield from _level("several_warnings.level", group, several.says, several.level.word)
    yield Setting(
        "several_warnings.count", group, "How many warnings in one check-in count as several", str(several.count),
        low=Decimal(2), high=Decimal(3), unit="warnings",
    )  # fmt: skip
    label = "An answer that is worse than usual"
    yield from _level("change.level", group, label, change.level.word)
    yield Setting(
        "change.rise", group, "How much worse than usual counts", str(change.rise),
        low=Decimal(1), high=Decimal(3), unit="steps",
    )  # fmt: skip
    yield Setting(
        "change.days", group, "Over how many days “usual” is taken", str(change.days),
        low=Decimal(3), high=Decimal(14), unit="days",
    )  # fmt: skip


def _vitals(released: Thresholds) -> Iterator[Setting]:
    for vital, rule in released.vitals.items():
        for bands, suffix in ((rule.bands, ""), (rule.copd_bands, " with COPD")):
            where = "copd_bands" if suffix else "bands"
            for index, band in enumerate(bands):
                yield _cut_off(
                    f"vitals.{vital}.{where}.{index}", band, _side(band, bands), group=f"{rule.topic}{suffix}",
                    unit=rule.unit, when=_conditions(band, released),
                )  # fmt: skip


def _side(band: Band, bands: tuple[Band, ...]) -> str:
    """Which end of a band is its mild one: what is not met any more when the patient gets better."""
    if band.rise is not None:
        return "rise"
    if band.at_least is None or band.at_most is None:
        return "at_most" if band.at_least is None else "at_least"
    below = band.at_least - 1
    worse = (each for each in bands if each.at_most == below)
    return "at_most" if any(_side(each, bands) == "at_most" for each in worse) else "at_least"


def _cut_off(name: str, band: Band, side: str, *, group: str, unit: str, when: str) -> Setting:
    """The mild end of a band. It may not pass the other end, or nothing would be left of the band.

    An emergency's moves only outwards: nothing that was one stops being one.
    """
    limits = _RANGES[name.split(".")[1]]
    released: Decimal = getattr(band, side)
    low, high = limits.low_end if side == "at_most" else limits.high_end
    if side == "at_most":
        low = low if band.at_least is None else band.at_least
    if side == "at_least":
        high = high if band.at_most is None else band.at_most
    if side == "rise":
        low, high = _SMALLEST_RISE, released
    elif band.level.word == EMERGENCY:
        low, high = (released, high) if side == "at_most" else (low, released)
    words = {"at_most": "or less", "at_least": "or more", "rise": "or more above the last one"}[side]
    label = f"{band.level.label}: this {words}{when}"
    return Setting(
        f"{name}.{side}", group, label, f"{released}", low=min(low, released), high=max(high, released),
        places=limits.places, unit=unit,
    )  # fmt: skip


def _conditions(band: Band, released: Thresholds) -> str:
    """What else a band asks for, in words; each part begins with a comma."""
    sex = {"F": ", not for women", "M": ", not for men"}.get(band.not_sex or "", "")
    if band.when is None:
        return sex
    scores = [f"{released.questions[key].topic.lower()} {least} or more" for key, least in band.when.at_least.items()]
    chosen = [released.choices[key].options[each].says for key, options in band.when.has.items() for each in options]
    return f"{sex}, with {' or '.join(scores + chosen)}"


def patch_faults(patch: Patch, released: Thresholds) -> list[Fault]:
    """Why a clinic may not have `patch`, setting by setting; empty when it may."""
    settings = settings_of(released)
    faults = list(faults_of(patch, settings))
    if not faults:
        faults = list(_milder_answers(patch, released))
    return faults


def _milder_answers(patch: Patch, released: Thresholds) -> Iterator[Fault]:
    for question, rule in released.questions.items():
        words = [patch.get(f"questions.{question}.{score}", level.word) for score, level in enumerate(rule.levels)]
        for score in range(1, len(words) - 1):
            if LEVELS.index(words[score]) > LEVELS.index(words[score + 1]):
                yield Fault(f"questions.{question}.{score}", WORSE_IS_MILDER)


def hash_of(released: Thresholds, patch: Patch, cadence: Mapping[str, int]) -> str:
    """SHA-256 over a release and every difference from it, in one order."""
    written = json.dumps({"cadence": dict(cadence), "thresholds": dict(patch)}, sort_keys=True)
    return hashlib.sha256(f"{released.content_hash}\n{written}".encode()).hexdigest()


def patched(released: Thresholds, patch: Patch, *, label: str, content_hash: str) -> Thresholds:
    """The release with a clinic's settings in place, under its own label.

    Raises ThresholdsError for a patch that may not be, so that nothing is ever judged by one.
    """
    return _patched(released.version, tuple(sorted(patch.items())), label, content_hash)


@lru_cache(maxsize=256)
def _patched(version: str, items: tuple[tuple[str, str], ...], label: str, content_hash: str) -> Thresholds:
    released, patch = load_thresholds(version), dict(items)
    if faults := patch_faults(patch, released):
        raise ThresholdsError("; ".join(f"{fault.setting}: {fault.message}" for fault in faults))
    content = released.model_dump() | {"version": label, "content_hash": content_hash}
    for name, value in patch.items():
        _put(content, name.split("."), value)
    try:
        return Thresholds(**content)
    except ValidationError as fault:
        raise ThresholdsError(f"{label}: {fault}") from fault


def _put(content: dict[str, Any], path: list[str], value: str) -> None:
    match path:
        case ["questions", question, score]:
            levels = list(content["questions"][question]["levels"])
            levels[int(score)] = value
            content["questions"][question]["levels"] = tuple(levels)
        case ["choices", question, option]:
            content["choices"][question]["options"][option]["level"] = value
        case ["combinations", rule]:
            next(each for each in content["combinations"] if each["id"] == rule)["level"] = value
        case ["vitals", vital, where, index, side]:
            _move(content["vitals"][vital][where], int(index), side, Decimal(value))
        case [section, "level"]:
            content[section]["level"] = value
        case ["several_warnings", "count"]:
            content["several_warnings"] |= {"count": int(value), "says": f"{_COUNTS[value]} warnings in one check-in"}
        case [section, name]:
            content[section][name] = int(value)


def _move(bands: tuple[dict[str, Any], ...], index: int, side: str, value: Decimal) -> None:
    """Move the mild end of a band. The others of its side reach as far as the worse ones: no gap opens between them."""
    sides = [_side(Band(**band), tuple(Band(**each) for each in bands)) for band in bands]
    bands[index][side] = value
    for band, mild in zip(bands, sides, strict=True):
        if mild == side and side in _SIDES:
            band["at_least" if side == "at_most" else "at_most"] = None
