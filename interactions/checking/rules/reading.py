"""Cards about how the list was read and what the patient said: R28, N01, N02, N03. None is a drug severity."""

from collections.abc import Iterable, Iterator

from interactions.checking.exposure import Exposure, Level, Route, State, Unresolved
from interactions.checking.findings import Factor, Finding, Severity
from interactions.checking.index import Index
from interactions.checking.regimen import Regimen, in_order
from interactions.checking.rules.cards import factor


def expanded(regimen: Regimen) -> Iterator[Finding]:
    """R28: a line that holds several medicines was taken apart, and each was checked (S59)."""
    products: dict[tuple[str, str], list[Exposure]] = {}
    for each in regimen.exposures:
        if each.product is not None:
            products.setdefault((each.entered, each.product), []).append(each)
    for (entered, _), parts in sorted(products.items()):
        keys = in_order({part.ingredient for part in parts}, regimen.index)
        state = _state(regimen, parts)
        if len(keys) < 2 or state is None:
            continue
        yield Finding(
            text=regimen.index.rules["R28"],
            severity=Severity.NONE,
            base_severity=Severity.NONE,
            state=state,
            participants=keys,
            factors=(factor(regimen, "expanded", entered=entered, medicines=regimen.names(keys)),),
        )


def _state(regimen: Regimen, parts: list[Exposure]) -> State | None:
    states = {line.state for line in regimen.present if line.exposure in parts}
    if State.ACTIVE in states:
        return State.ACTIVE
    if states:
        return State.RESIDUAL
    return State.UPCOMING if all(part.start and part.start > regimen.on for part in parts) else None


def unit_error(regimen: Regimen) -> Iterator[Finding]:
    """N02: intrathecal baclofen in mg, or a swallowed medicine of the pair in micrograms (S32, S33)."""
    wrong = [each for each in regimen.wrong_units if _current(each, regimen)]
    for entered, key in sorted({(each.entered, each.ingredient) for each in wrong}):
        line = next(each for each in wrong if (each.entered, each.ingredient) == (entered, key))
        unit = "micrograms" if line.dose is not None and line.dose.unit == "microgram" else "milligrams"
        route = "an unknown" if line.route is Route.UNKNOWN else line.route.value
        said = factor(regimen, "unit_mix_up", entered=entered, unit=unit, route=route)
        yield Finding(
            text=regimen.index.rules["N02"],
            severity=Severity.NONE,
            base_severity=Severity.NONE,
            state=State.UPCOMING if line.start is not None and line.start > regimen.on else State.ACTIVE,
            participants=(key,),
            factors=(said,),
        )


def _current(exposure: Exposure, regimen: Regimen) -> bool:
    return exposure.end is None or exposure.end >= regimen.on


def ambiguous(lines: Iterable[Unresolved], index: Index) -> Iterator[Finding]:
    """N01: a name that may mean several medicines; none of them is assumed."""
    rule, text = index.release.rules["N01"], index.release.factors["candidates"]
    for line in sorted(set(lines), key=lambda each: (each.entered, each.candidates)):
        if line.match == "ambiguous":
            said = (("entered", line.entered), ("medicines", " or ".join(line.candidates) or "several medicines"))
            yield Finding(
                text=rule,
                severity=Severity.NONE,
                base_severity=Severity.NONE,
                state=State.ACTIVE,
                participants=tuple(sorted(line.candidates)),
                factors=(Factor(text, said),),
            )


def symptom(regimen: Regimen) -> Iterator[Finding]:
    """N03: the last check-in was at info or above; the card carries its level, not a drug severity."""
    check_in = regimen.context.check_in
    if check_in is None or check_in.level is Level.NONE:
        return
    yield Finding(
        text=regimen.index.rules["N03"],
        severity=check_in.level,
        base_severity=Severity.NONE,
        state=State.ACTIVE,
        participants=regimen.among("targets"),
        factors=tuple(factor(regimen, "symptom_reason", reason=reason) for reason in check_in.reasons),
    )
