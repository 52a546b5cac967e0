"""Words beside a name that say it is not taken, no longer, not yet, by someone else, or only perhaps.

Nothing is left out because of such words: the medicine is checked as if it were taken, which cannot hide a
hazard, and a person is asked. Only alcohol in an advice ("no alcohol") is not taken for drinking.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from interactions.medicines.found import Found


class Doubt(StrEnum):
    """Why it is not certain that a named medicine is taken."""

    ENDED = "ended"
    NOT_TAKEN = "not_taken"
    PLANNED = "planned"
    CHOICE = "choice"
    SOMEONE_ELSE = "someone_else"
    LIMITED = "limited"


_ASKS: Final = {
    Doubt.ENDED: "it is checked as still taken; give the last day on which it was",
    Doubt.NOT_TAKEN: "it is checked as if it were taken; remove the line if it is not",
    Doubt.PLANNED: "it is checked as if it were taken already; give the day on which it starts",
    Doubt.CHOICE: "all that are named are checked; leave only what is taken",
    Doubt.SOMEONE_ELSE: "it is checked as if the patient took it; remove the line if not",
    Doubt.LIMITED: "it is checked as going on; give the last day on which it is taken",
}


@dataclass(frozen=True, slots=True)
class Status:
    """One doubt, with the words it rests on and the name beside them."""

    doubt: Doubt
    words: str
    name: str

    def describe(self) -> str:
        """A sentence for the clinician."""
        return f"{self.name}: the text says “{self.words}”: {_ASKS[self.doubt]}"


# How an advice about taking it well is worded: it says nothing about whether it is taken.
_ADVICE: Final = re.compile(
    r"\b(?:do not|dont|never|not to|should not|must not|cannot|not)\s+(?:be\s+|suddenly\s+|abruptly\s+)*"
    r"(?:stop|skip|miss|discontinu|run out|exceed|crush|chew|double|drive|abrupt)\w*"
    r"|\b(?:without|no) (?:food|water|refills?|repeats?|driving|regard\w*|need|known|side|problems?|prior|meals?)\b"
    r"|\b(?:not|no) (?:more|less) than\b|\bnot with(?:out)? (?:food|meals?|milk)\b"
)
_RELATIVES: Final = "mother father mum mom dad wife husband partner son daughter brother sister dog cat friend"
_SOME: Final = r"(?:\d+|one|two|three|four|five|six|seven|ten|a few|some)"
_BEFORE: Final[tuple[tuple[Doubt, tuple[str, ...]], ...]] = (
    (Doubt.SOMEONE_ELSE, tuple(f"{word}s?" for word in _RELATIVES.split())),
    (
        Doubt.ENDED,
        (
            "stop(?:ped|ping)?",
            "ceased?",
            "discontinued",
            "came off",
            "off",
            "ex",
            "former(?:ly)?",
            "previous(?:ly)?",
            "past",
            "used to (?:take|be on)",
            "was on",
            "was taking",
            "held",
            "withheld",
            "finished",
            "completed",
            "(?:ran|run) out of",
            r"no longer \w+",
            "last (?:dose|took) of",
        ),
    ),
    (
        Doubt.NOT_TAKEN,
        (
            "no",
            "not",
            "never",
            "without",
            r"avoid\w*",
            r"declin\w+",
            r"refus\w+",
            r"allerg\w+",
            r"intoleran\w+",
            r"sensitiv\w+",
            "reaction to",
            r"contraindicat\w+",
            "instead of",
            "rather than",
        ),
    ),
    (
        Doubt.PLANNED,
        (
            r"consider\w*",
            r"(?:may|might|will|to|could) (?:start|try|add|commence|need)",
            r"plan\w*(?: to \w+)?",
            "due to start",
            r"\?",
        ),
    ),
)
_AFTER: Final[tuple[tuple[Doubt, tuple[str, ...]], ...]] = (
    (
        Doubt.ENDED,
        (
            "stopped",
            "discontinued",
            "d/c(?:d|ed)?",
            "ceased",
            "on hold",
            "held",
            "withheld",
            "suspended",
            "expired",
            "(?:ran|run) out",
            "none left",
            "no longer",
            "finished",
            "completed",
            "last (?:dose|taken|took)",
            "in the past",
            r"previously(?! \d)",
            "historical",
            "inactive",
            "stop date",
        ),
    ),
    (
        Doubt.NOT_TAKEN,
        (
            "not (?:taking|taken|currently|tolerated|using|in use|used|filled)",
            "never (?:taken|started|filled|used)",
            "(?:dont|doesnt|does not|do not|didnt|did not) (?:take|use)(?! (?:it )?with)",
            r"intoleran\w+",
            "declined",
            "refused",
            "at home",
            "unused",
        ),
    ),
    (
        Doubt.PLANNED,
        ("not (?:yet )?started", "not yet", "to be started", "(?:to|will|due to) start", r"^\s*\?"),
    ),
    (
        Doubt.LIMITED,
        ("until", "till?", f"for {_SOME} (?:days?|weeks?|months?)", r"x ?\d+ ?(?:days?|weeks?|months?)"),
    ),
)
_CHOICE: Final = re.compile(
    r"\b(?:(?<!one )(?<!two )(?<!\d )or(?! two| three| four| \d)|either|vs|versus"
    r"|(?:switch\w*|chang\w*|swap\w*)(?: over)?(?: to| from)?)\b"
)
_ALLERGY: Final = re.compile(r"^\s*[-:(]*\s*(allerg(?:y|ic|ies))\b(?!\s*(?:relief|tab|cap|syrup|all|24))")
_BEFORE_RULES: Final = tuple(
    (doubt, re.compile(rf"(?<![a-z])(?:{'|'.join(words)})(?![a-z])[^,;:.\d]{{0,30}}$")) for doubt, words in _BEFORE
)
_AFTER_RULES: Final = tuple(
    (doubt, re.compile(rf"(?<![a-z])(?<!be )(?:{'|'.join(words)})(?![a-z])")) for doubt, words in _AFTER
)
_FARTHEST: Final = 80

_NO_DRINKING: Final = re.compile(
    r"\b(?:no|avoid(?:ing)?|without|(?:do not|dont|never) (?:drink|take (?:it )?with|mix with)|not with)"
    r" (?:any |drinking )*(?:alcohol(?:ic drinks?)?|drinking)\b"
)


def without_advice(folded: str) -> str:
    """The text without an advice against alcohol, which is no drinking."""
    return _NO_DRINKING.sub(lambda found: " " * len(found[0]), folded)


def statuses(folded: str, found: Sequence[Found]) -> tuple[Status, ...]:
    """What the text says against each name being taken, in order; a name said again without doubt has none."""
    text = _ADVICE.sub(lambda one: " " * len(one[0]), folded)
    told: list[Status] = []
    plain: set[tuple[str, ...]] = set()
    for place, one in enumerate(found):
        start = found[place - 1].end if place else 0
        end = found[place + 1].start if place + 1 < len(found) else len(text)
        status = _of_one(one, text[start : one.start], text[one.end : end][:_FARTHEST])
        if status is None:
            plain.add(one.meaning.ingredients)
        else:
            told.append(status)
        between = _CHOICE.search(text[one.end : end]) if place + 1 < len(found) else None
        if between is not None and found[place + 1].meaning.ingredients != one.meaning.ingredients:
            told.append(Status(Doubt.CHOICE, between[0], one.meaning.name))
    sure = {name for ingredients in plain for name in ingredients}
    names = {one.meaning.name: set(one.meaning.ingredients) for one in found}
    return tuple(s for s in told if s.doubt is Doubt.CHOICE or not names[s.name] <= sure)


def _of_one(one: Found, before: str, after: str) -> Status | None:
    name = one.meaning.name
    allergy = _ALLERGY.search(after)
    if allergy is not None and not one.meaning.against_allergy:
        return Status(Doubt.NOT_TAKEN, allergy[1], name)
    for rules, text in ((_AFTER_RULES, after), (_BEFORE_RULES, before)):
        for doubt, pattern in rules:
            said = pattern.search(text)
            if said is not None:
                return Status(doubt, " ".join(said[0].split()), name)
    return None
