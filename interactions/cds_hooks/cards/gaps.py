"""Cards for what could not be checked: medicines that were not understood, and parts of the record not at hand.

Nothing found is only good news when all was read; these cards say when it was not.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final
from uuid import UUID

from interactions.cds_hooks.cards.findings import source
from interactions.cds_hooks.checked import Checked
from interactions.cds_hooks.writing import bullets, clean, counted, md, names, plain, summary
from interactions.fhir import Line, Note
from interactions.knowledge.loader import current_release

COULD_NOT_CHECK: Final = "COULD_NOT_CHECK"
NOT_SENT: Final = "NOT_SENT"
_MOST_LINES: Final = 60
_NOT_CHECKED_WORDS: Final = {"egfr": "the dose against kidney function, without an eGFR"}


def medicines_card(checked: Checked, *, base_url: str, new_uuid: Callable[[], UUID]) -> dict[str, Any] | None:
    """The card that names every line that could not be checked, or must be confirmed; None when there is none."""
    unread, near = checked.unread, checked.unconfirmed
    if not unread and not near:
        return None
    lines = [_unread(line) for line in unread] + [_near(line) for line in near]
    loud = checked.relevant or any(line.draft for line in (*unread, *near))
    return {
        "uuid": str(new_uuid()),
        "summary": _title(unread, near),
        "indicator": "warning" if loud else "info",
        "source": source(base_url, COULD_NOT_CHECK, "Not checked"),
        "detail": (
            f"{bullets(lines[:_MOST_LINES])}{_more(lines)}\n\nNot checked does not mean no interaction: "
            "please check these by another source."
        ),
    }


def _title(unread: tuple[Line, ...], near: tuple[Line, ...]) -> str:
    first = plain((unread or near)[0].said, 60) or "a line without a name"
    if not unread:
        return summary(f"Please confirm how {counted(len(near), 'medicine')} was read: {first}")
    more = f" and {counted(len(unread) - 1, 'other')}" if len(unread) > 1 else ""
    return summary(f"Could not check {counted(len(unread), 'medicine')}: {first}{more}")


def _unread(line: Line) -> str:
    """One line, its place, and what it might have meant."""
    parts = [clean(part.entered) for part in line.unresolved]
    named = f"“{md(line.said, 160)}”"
    if line.exposures:
        named = f"{names([f'“{md(part)}”' for part in parts])} in {named}"
    offered = _offered(key for part in line.unresolved for key in part.candidates)
    why = f"may mean {offered}" if offered else "is not a medicine that is known here"
    said = "; ".join(md(problem, 300) for problem in line.medicine.named.problems)
    return f"{named} {why} ({md(line.medicine.place)}{'; ' + said if said else ''})"


def _near(line: Line) -> str:
    taken = _offered(line.resolution.ingredients)
    return f"“{md(line.said, 160)}” was read as {taken}: please confirm ({md(line.medicine.place)})"


def _offered(keys: Iterable[str]) -> str:
    substances = current_release().substances
    known = dict.fromkeys(keys)
    return names([md(substances[key].name if key in substances else key) for key in known][:8], join="or")


def _more(lines: list[str]) -> str:
    left = len(lines) - _MOST_LINES
    return f"\n- and {left} more" if left > 0 else ""


def record_card(checked: Checked, *, base_url: str, new_uuid: Callable[[], UUID]) -> dict[str, Any] | None:
    """The card about the record: what was not sent, only in part, or could not be used; None when all was there.

    What is missing matters only where there is a medicine that this service knows risks of. A list of medicines
    that is not whole always matters: what is not on it could be such a medicine.
    """
    prefetch = checked.request.prefetch
    listed = [*prefetch.notes] if checked.relevant or not prefetch.medicines_whole() else []
    gaps = [*checked.subject.gaps, *checked.unclear, *_unjudged(checked)] if checked.relevant else []
    if not listed and not gaps:
        return None
    whole = prefetch.medicines_whole()
    lines = [_said(note) for note in (*listed, *gaps, *checked.remarks, *checked.left_out)]
    about = "the list of medicines is incomplete" if not whole else "some facts about the patient are not known"
    return {
        "uuid": str(new_uuid()),
        "summary": summary(f"Checked only in part: {about}"),
        "indicator": "info" if whole else "warning",
        "source": source(base_url, NOT_SENT, "Not known or not sent"),
        "detail": (
            f"{bullets(lines[:_MOST_LINES])}{_more(lines)}\n\nWhat is not known was never taken for normal, and "
            "never made a warning milder."
        ),
    }


def _said(note: Note) -> str:
    return f"{md(note.text[:1].upper() + note.text[1:], 600)} ({md(note.place)})"


def _unjudged(checked: Checked) -> list[Note]:
    """Hazards that could not be judged at all."""
    found = []
    for key in checked.screening.not_checked:
        words = _NOT_CHECKED_WORDS.get(key, f"a hazard that needs {key.replace('_', ' ')}")
        found.append(Note("prefetch", f"Could not judge {words}"))
    return found
