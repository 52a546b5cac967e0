"""Red words in a free-text note: not to judge the patient, only to make a person read it soon."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from monitoring.checkins.rules.thresholds import Thresholds

# Between two words of a phrase: “want to just die” is still “want to die”.
_GAP = 2


def red_words(note: str, thresholds: Thresholds) -> tuple[str, ...]:
    """The listed words and phrases that `note` holds, spelling matched loosely; in the order of the file.

    It errs towards reading too much: a denial (“no chest pain”) matches too, since a person reads it anyway.
    """
    said = _words(note)
    if not said:
        return ()
    # “over dose” is the one word as well.
    joined = [*said, *(left + right for left, right in pairwise(said))]
    words = tuple(word for word in thresholds.notes.words if any(_alike(each, word) for each in joined))
    phrases = tuple(phrase for phrase in thresholds.notes.phrases if _spoken(phrase.split(), said))
    return words + phrases


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(each for each in folded if not unicodedata.combining(each) and unicodedata.category(each) != "Cf")
    plain = re.sub(r"['’‘`\u00b4]", "", kept)
    return re.findall(r"[a-z0-9]+", re.sub(r"\bmy self\b", "myself", plain))


def _spoken(phrase: Sequence[str], said: Sequence[str]) -> bool:
    return any(_from(phrase, said[start:]) for start in range(len(said)))


def _from(phrase: Sequence[str], said: Sequence[str]) -> bool:
    if not said or not _alike(said[0], phrase[0]):
        return False
    here = 0
    for word in phrase[1:]:
        ahead = [here + 1 + step for step in range(_GAP + 1) if here + 1 + step < len(said)]
        match = next((index for index in ahead if _alike(said[index], word)), None)
        if match is None:
            return False
        here = match
    return True


def _alike(said: str, listed: str) -> bool:
    """Equal but for doubled letters, or a slip apart: a swap in four letters, any in five, two in eight."""
    said, listed = _squeezed(said), _squeezed(listed)
    if said == listed or len(listed) < 4 or said[0] != listed[0]:
        return said == listed
    if len(listed) == 4:
        return sorted(said) == sorted(listed)
    return _distance(said, listed) <= (2 if len(listed) >= 8 else 1)


def _squeezed(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


def _distance(left: str, right: str) -> int:
    """Edits between two words: insert, delete, replace, or swap two neighbours."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        new = [i]
        for j, b in enumerate(right, start=1):
            cost = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            new.append(cost)
        before, row = row, new
    return row[-1]
