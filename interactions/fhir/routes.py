"""The route of a dosage, by SNOMED code or words."""

from typing import Final

from interactions.checking import read_route as route_named
from interactions.fhir.nodes import Node, codings
from interactions.fhir.remembering import remembered
from interactions.medicines.routes import route_in
from interactions.medicines.text import fold, words

SNOMED_ROUTES: Final = {
    "26643006": "oral",
    "72607000": "intrathecal",
    "6064005": "topical",
    "45890007": "transdermal",
    "16857009": "vaginal",
    "37161004": "rectal",
    "37839007": "sublingual",
    "54471007": "buccal",
    "47625008": "intravenous",
    "78421000": "intramuscular",
    "34206005": "subcutaneous",
    "46713006": "nasal",
    "447694001": "inhaled",
    "54485002": "ophthalmic",
    "10547007": "otic",
    "127492001": "nasal",
    "404820008": "epidural",
    "418136008": "enteral",
    "447229005": "enteral",
}


@remembered
def read_route(dosage: Node, *texts: str) -> str | None:
    """The route by SNOMED code or words, else by words in the medicine's own texts; None is not stated."""
    route = dosage.child("route")
    said = codings(route)
    for coding in said:
        if coding.code in SNOMED_ROUTES:
            return SNOMED_ROUTES[coding.code]
    for spoken in (route.text("text"), *(coding.display for coding in said)):
        found = route_named(spoken) if spoken.strip() else None
        if found is not None:
            return found.value
    displays = " ".join([route.text("text"), *(coding.display for coding in said)])
    return next((word for text in (displays, *texts) if (word := _in(text))), None)


def _in(text: str) -> str | None:
    return route_in(word.text for word in words(fold(text))) if text.strip() else None
