"""Which medicine an order means: its concept in line, contained or referenced, by text, RxNorm, ATC or SNOMED."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from interactions.fhir.nodes import Coding, Node, codings
from interactions.fhir.remembering import remembered
from interactions.medicines.names import Resolution, resolve

RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC: Final = frozenset({"http://www.whocc.no/atc", "urn:oid:2.16.840.1.113883.6.73"})
SNOMED: Final = "http://snomed.info/sct"
# The substances of the two medicines this service is about; other SNOMED codes are read by their display.
# How a record says that nothing is taken: SNOMED CT, and the International Patient Summary.
_NONE_TAKEN: Final = frozenset({"787481004", "no-known-medications"})
_SNOMED_NAMES: Final = {"387342009": "baclofen", "372726002": "amitriptyline"}


@dataclass(frozen=True, slots=True)
class Named:
    """What an order calls its medicine. ``conflict`` names the substances that codings disagree about, ``coded`` is
    a code of a system that is not read, where nothing else names it. ``absent`` is the record's word for none.

    ``problems`` are sentences for the clinician, with the path where a Medication could not be found.
    """

    text: str = ""
    rxcui: str | None = None
    atc: str | None = None
    form: str = ""
    coded: str = ""
    absent: bool = False
    conflict: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """How to name the line to a person."""
        coded = (("RxNorm", self.rxcui), ("ATC", self.atc))
        return self.text or " ".join(f"{system} {code}" for system, code in coded if code) or self.coded

    @property
    def blank(self) -> bool:
        """Whether it names nothing at all."""
        return not self.said

    def resolve(self) -> Resolution:
        """The ingredients meant; unresolved where the codings disagree among themselves."""
        found = resolve(self.text, rxcui=self.rxcui, atc=self.atc)
        if not self.conflict:
            return found
        candidates = tuple(dict.fromkeys([*self.conflict, *found.ingredients]))
        return Resolution(entered=self.text, match=type(found.match).AMBIGUOUS, candidates=candidates)


def read_medication(order: Node, medications: Mapping[str, Node]) -> Named:
    """The medicine of an order, statement, dispense or administration; ``medications`` are those at hand by name."""
    concept = order.child("medicationCodeableConcept")
    if concept:
        return read_concept(concept)
    reference = order.child("medicationReference")
    target = reference.text("reference")
    held = _contained(order, target) if target.startswith("#") else _referenced(target, medications)
    if held is None:
        beside = read_concept(_as_concept(reference))
        if not target or not beside.blank:
            return beside
        return Named(problems=(f"{reference.path}: the Medication “{target[:80]}” is not in what was sent",))
    return _held(held)


def _contained(order: Node, target: str) -> Node | None:
    return next((one for one in order.items("contained") if f"#{one.value.get('id')}" == target), None)


def _referenced(target: str, medications: Mapping[str, Node]) -> Node | None:
    return medications.get(target) or medications.get("/".join(target.split("/")[-2:]))


def _as_concept(reference: Node) -> Node:
    return Node({"text": reference.text("display")}, reference.path)


def _held(medication: Node) -> Named:
    """What a Medication resource says: its code, else its ingredients."""
    form = medication.child("form")
    words = form.text("text") or next((one.display for one in codings(form) if one.display), "")
    named = read_concept(medication.child("code"))
    if named.blank:
        parts = [read_concept(one.child("itemCodeableConcept")) for one in medication.items("ingredient")]
        texts = [part.text for part in parts if part.text]
        only = parts[0] if len(parts) == 1 else Named()
        named = Named(" / ".join(texts), only.rxcui, only.atc)
        if len(texts) < len(parts) and len(parts) > 1:
            named = Named(named.text, problems=(f"{medication.path}.ingredient: not every ingredient has a name",))
    problems = named.problems
    if medication.text("status") == "entered-in-error":
        problems = (*problems, f"{medication.path}: this Medication is marked as entered in error")
    return replace(named, form=words, problems=problems)


def read_concept(concept: Node) -> Named:
    """Text and codes of a CodeableConcept; of several codes the one that says most, if all agree."""
    named = _read_concept(concept)
    if not named.conflict:
        return named
    return replace(named, problems=(f"{concept.path}: its codings and texts name different medicines",))


@remembered
def _read_concept(concept: Node) -> Named:
    said = codings(concept)
    rxnorm = [one.code for one in said if one.system == RXNORM and one.code]
    atc = [one.code for one in said if one.system in ATC and one.code]
    displays = [one.display for one in said if one.display.strip()]
    snomed = [_SNOMED_NAMES[one.code] for one in said if one.system == SNOMED and one.code in _SNOMED_NAMES]
    text = concept.text("text").strip() or next(iter([*displays, *snomed]), "")
    named = Named(
        text,
        _best(rxnorm),
        next(iter(atc), None),
        coded=next((f"code {one.code} of {one.system or 'no system'}" for one in said if one.code), ""),
        absent=any(one.code in _NONE_TAKEN for one in said),
    )
    if len(said) + bool(concept.text("text")) < 2 or _simple(said, text):
        return named
    meanings = _meanings(rxnorm, atc, [text, *displays, *snomed])
    if len(set(meanings)) < 2:
        return named
    return replace(named, conflict=tuple(sorted({key for keys in meanings for key in keys})))


def _simple(said: list[Coding], text: str) -> bool:
    """One coding beside its own words: the usual case, which `resolve` compares by itself."""
    return len(said) == 1 and said[0].system != SNOMED and said[0].display.strip() in {"", text}


def _best(rxnorm: list[str]) -> str | None:
    """The code with a product behind it, else the first one known, else the first."""
    if len(rxnorm) < 2:
        return next(iter(rxnorm), None)
    found = [(code, resolve("", rxcui=code)) for code in rxnorm]
    ranked = sorted(found, key=lambda each: (not each[1].strengths, not each[1].resolved))
    return ranked[0][0]


def _meanings(rxnorm: list[str], atc: list[str], texts: list[str]) -> list[frozenset[str]]:
    """What each code and text means on its own, where it means something for certain."""
    found = [resolve("", rxcui=code) for code in rxnorm]
    found += [resolve("", atc=code) for code in atc]
    found += [one for one in map(resolve, dict.fromkeys(texts)) if not one.needs_confirmation]
    return [frozenset(one.ingredients) for one in found if one.resolved]
