"""What an entry means, as a value: the ingredients, how surely, and all that was left open."""

from dataclasses import dataclass
from enum import StrEnum

from interactions.knowledge.release import Combination, Product, Strength
from interactions.medicines.status import Doubt, Status


class Match(StrEnum):
    """How the ingredients were found; AMBIGUOUS and UNKNOWN have none."""

    EXACT = "exact"
    BRAND = "brand"
    CODE = "code"
    SPELLING = "spelling"
    COMBINATION = "combination"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What an entry means. ``ingredients`` are substance keys, empty unless resolved.

    ``candidates`` are substance keys to offer a person. ``not_understood`` names parts of a list of
    ingredients that could not be read: they were not checked, and that must be shown. ``instruction``
    is the folded text without the names. ``unsure`` marks a spelling that was only near; ``statuses``
    what the text says against the medicine being taken; ``remarks`` are sentences about a code beside
    the text. ``parts`` are the medicines of a line that lists several, each read on its own.
    """

    entered: str
    ingredients: tuple[str, ...] = ()
    match: Match = Match.UNKNOWN
    unsure: bool = False
    candidates: tuple[str, ...] = ()
    product: Product | Combination | None = None
    strengths: tuple[Strength, ...] = ()
    route_hint: str | None = None
    not_understood: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    remarks: tuple[str, ...] = ()
    parts: tuple["Resolution", ...] = ()
    instruction: str = ""
    release: str = ""

    @property
    def resolved(self) -> bool:
        """True when there are ingredients to check."""
        return bool(self.ingredients)

    @property
    def needs_confirmation(self) -> bool:
        """True when a person must say that the ingredients are the ones meant, and that they are taken."""
        doubted = any(status.doubt is not Doubt.LIMITED for status in self.statuses)
        return self.resolved and (self.unsure or doubted)

    @property
    def each(self) -> tuple["Resolution", ...]:
        """The medicines of the line one by one; the line itself where it names one medicine or product."""
        return self.parts or (self,)

    def strength_of(self, ingredient: str) -> Strength | None:
        """What one unit of the product holds of an ingredient; None when the text and the code say nothing."""
        return next((one for one in self.strengths if one.ingredient == ingredient), None)
