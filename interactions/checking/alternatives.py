"""What else is taken for the same complaint, with the hazards of each weighed for one patient. Nothing is advised."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from interactions.checking.citing import ingredient_name
from interactions.checking.exposure import PatientContext
from interactions.checking.kidney import kidney_of
from interactions.knowledge.alternatives import Alternative, Caution
from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Release

__all__ = ["Alternative", "Caution", "Weighed", "alternative_with", "alternatives_to", "weigh"]


@dataclass(frozen=True, slots=True)
class Weighed:
    """One hazard of an alternative. ``here`` says why it applies to this patient above others.

    ``unknown`` names facts without which that cannot be told: they never make it apply less.
    """

    caution: Caution
    here: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """JSON of the hazard, with its mark of evidence and the ids of its sources."""
        return {
            "text": self.caution.text,
            "evidence": self.caution.evidence,
            "sources": list(self.caution.sources),
            "applies_here": list(self.here),
            "not_known": list(self.unknown),
        }


def alternatives_to(ingredients: Iterable[str], *, release: Release | None = None) -> tuple[Alternative, ...]:
    """Everything that this release holds as an alternative to one of the ingredients, in its own order."""
    wanted = set(ingredients)
    known = (release or current_release()).alternatives.values()
    return tuple(each for each in known if wanted & set(each.instead_of))


def alternative_with(ingredient: str, *, release: Release | None = None) -> Alternative | None:
    """The alternative that is this ingredient; None when it is not held as one."""
    known = (release or current_release()).alternatives.values()
    return next((each for each in known if each.substance == ingredient), None)


def weigh(
    alternative: Alternative, present: Collection[str], context: PatientContext, *, release: Release | None = None
) -> tuple[Weighed, ...]:
    """The hazards of an alternative beside the ingredients present, for this patient, those that apply first.

    The alternative itself may be among the ingredients. Sources and marks of evidence are those of the release.
    """
    chosen = release or current_release()
    others = [key for key in present if key != alternative.substance and key in chosen.substances]
    found = [_weighed(caution, others, context, chosen) for caution in alternative.cautions]
    return tuple(sorted(found, key=lambda each: not each.here))


def _weighed(caution: Caution, others: Collection[str], context: PatientContext, release: Release) -> Weighed:
    here: list[str] = []
    unknown: list[str] = []
    beside = [key for key in others if key in caution.beside or release.substances[key].groups & set(caution.beside)]
    if beside:
        here.append(f"also takes {', '.join(ingredient_name(key, release=release) for key in sorted(beside))}")
    found = sorted(context.conditions & set(caution.conditions))
    here += [release.conditions[code].label for code in found]
    if caution.conditions and not context.conditions_known and not found:
        unknown.append("conditions")
    if caution.age_from is not None:
        if context.age is None:
            unknown.append("age")
        elif context.age >= caution.age_from:
            here.append(f"aged {context.age}")
    if caution.egfr_below is not None:
        kidney = kidney_of(context)
        if kidney.low is None:
            unknown.append("egfr")
        elif kidney.low < caution.egfr_below:
            here.append(kidney.words)
    return Weighed(caution, tuple(here), tuple(unknown))
