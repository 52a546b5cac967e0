"""What stands behind a card: why it harms, who grades it how, what is said and not borne out, what to ask next."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from interactions.checking.index import Index, index_of
from interactions.knowledge.explaining import Claim, Guide, Mechanism, Opinion, Unknown
from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Release

__all__ = ["Claim", "Explanation", "Guide", "Mechanism", "Opinion", "Unknown", "explanation_of", "unknowns_named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The depth of a rule, none of which decides anything."""

    mechanisms: tuple[Mechanism, ...]
    opinions: tuple[Opinion, ...]
    not_supported: tuple[Claim, ...]
    guides: tuple[Guide, ...]

    def as_dict(self) -> dict[str, object]:
        """JSON: mechanisms with their evidence, and each public grade beside its own scale."""
        return {
            "mechanisms": [
                {"id": m.id, "name": m.name, "text": m.text, "evidence": m.evidence, "sources": list(m.sources)}
                for m in self.mechanisms
            ],
            "opinions": [
                {
                    "publisher": o.publisher,
                    "scale": o.scale,
                    "grade": o.grade,
                    "verified": o.verified,
                    "text": o.text,
                    "sources": list(o.sources),
                }
                for o in self.opinions
            ],
        }


def explanation_of(rule: str, *, release: Release | None = None) -> Explanation:
    """What the release says behind this rule; empty for a rule that it does not hold."""
    return _explained(index_of(release or current_release()), rule)


@lru_cache(maxsize=512)
def _explained(index: Index, rule: str) -> Explanation:
    known = index.release
    return Explanation(
        mechanisms=known.mechanisms_of(rule),
        opinions=known.opinions_of(rule),
        not_supported=known.not_supported_of(rule),
        guides=known.guides_of(rule),
    )


def unknowns_named(ids: Iterable[str], *, release: Release | None = None) -> tuple[Unknown, ...]:
    """Facts that were not known, by the words of a clinician, with how to find each out.

    One that the release has no words for keeps its id as its name, and is not left out.
    """
    known = (release or current_release()).unknowns
    return tuple(known.get(each) or Unknown(id=each, name=each.replace("_", " "), find_out="") for each in ids)
