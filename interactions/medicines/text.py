"""Brings typed text to one plain form, so that look-alike letters and hidden characters cannot hide a name.

Hazard H4: NFKC, confusable letters, zero-width characters, accents and case are folded away here and
nowhere else.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

MAX_LENGTH: Final = 2_000

# Greek and Cyrillic letters under the Latin letter they are taken for; escaped, since they look the same.
_TAKEN_FOR: Final = {
    "A": "\u0391\u0410",
    "B": "\u0392\u0412",
    "C": "\u0421",
    "E": "\u0395\u0415",
    "H": "\u0397\u041d",
    "I": "\u0399\u0406",
    "J": "\u0408",
    "K": "\u039a\u041a",
    "M": "\u039c\u041c",
    "N": "\u039d",
    "O": "\u039f\u041e",
    "P": "\u03a1\u0420",
    "Q": "\u051a",
    "S": "\u0405",
    "T": "\u03a4\u0422",
    "W": "\u051c",
    "X": "\u03a7\u0425",
    "Y": "\u03a5\u0423\u04ae",
    "Z": "\u0396",
    "a": "\u03b1\u0430",
    "b": "\u03b2\u0432",
    "c": "\u0441",
    "d": "\u0501",
    "e": "\u03b5\u0435",
    "g": "\u050d",
    "h": "\u043d\u04bb",
    "i": "\u03b9\u0456",
    "j": "\u0458",
    "k": "\u03ba\u043a",
    "l": "\u04cf",
    "m": "\u043c",
    "n": "\u03b7\u043f",
    "o": "\u03bf\u043e",
    "p": "\u03c1\u0440",
    "q": "\u051b",
    "r": "\u0433",
    "s": "\u0455",
    "t": "\u03c4\u0442",
    "u": "\u03c5\u03bc",
    "v": "\u03bd",
    "w": "\u03c9\u051d",
    "x": "\u03c7\u0445",
    "y": "\u03b3\u0443\u04af",
}
_GREEK_CYRILLIC: Final = str.maketrans({char: latin for latin, chars in _TAKEN_FOR.items() for char in chars})
# Small capitals and barred letters, which NFKC leaves alone.
_VARIANTS: Final = {
    "a": "\u0251\u1d00",
    "b": "\u0299",
    "c": "\u1d04",
    "d": "\u0111\u1d05",
    "e": "\u1d07",
    "f": "\ua730",
    "g": "\u0261\u0262",
    "h": "\u0127\u029c",
    "i": "\u0131\u026a",
    "j": "\u1d0a",
    "k": "\u1d0b",
    "l": "\u0142\u029f",
    "m": "\u1d0d",
    "n": "\u0274",
    "o": "\u00f8\u1d0f",
    "p": "\u1d18",
    "r": "\u0280",
    "s": "\ua731",
    "t": "\u0167\u1d1b",
    "u": "\u1d1c",
    "v": "\u1d20",
    "w": "\u1d21",
    "y": "\u028f",
    "z": "\u1d22",
}
_LATIN: Final = str.maketrans({char: latin for latin, chars in _VARIANTS.items() for char in chars})
# The last is an accent that stands alone: typed for an apostrophe, and a blank with an accent to NFKC.
_BLANKS: Final = dict.fromkeys((0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x180E, 0xB4))
_FRACTIONS: Final = {"½": ".5", "¼": ".25", "¾": ".75", "⅛": ".125"}
_APOSTROPHES: Final = dict.fromkeys((0x27, 0x2019, 0x2018, 0x2BC, 0x60, 0x2032, 0x2B9, 0xFF07))
_DASHES: Final = dict.fromkeys(
    (0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE58, 0xFE63, 0xFF0D, 0x2043, 0x301C, 0xFF5E, 0x223C),
    "-",
)
# Marks inside an amount that other scripts or keyboards write differently; trade marks are no letters of a name.
_MARKS: Final = {
    0x066B: ".",
    0x066C: ",",
    **dict.fromkeys((0x00D7, 0x2715, 0x2716, 0x2A2F), "x"),
    **dict.fromkeys((0x2044, 0x2215, 0x29F8), "/"),
    **dict.fromkeys((0x2122, 0x2120, 0x00AE, 0x00A9), " "),
}
_WORD: Final = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|[%#/+&;:()\[\]-]")


def fold(text: str) -> str:
    """One plain lower-case form of what was typed; at most MAX_LENGTH characters of it."""
    text = text[:MAX_LENGTH].translate(_BLANKS).translate(_DASHES).translate(_MARKS)
    text = re.sub(r"(\d*)\s?([½¼¾⅛])", _decimal_fraction, text)
    text = "".join(_plain(char) for char in text)
    text = unicodedata.normalize("NFKC", text).translate(_GREEK_CYRILLIC).casefold()
    text = unicodedata.normalize("NFKD", text).translate(_GREEK_CYRILLIC).translate(_APOSTROPHES)
    text = "".join(char for char in text if unicodedata.category(char) not in {"Mn", "Me"})
    return " ".join(text.translate(_LATIN).translate(_DASHES).split())


def _decimal_fraction(found: re.Match[str]) -> str:
    return f"{found[1] or '0'}{_FRACTIONS[found[2]]}"


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Cf", "Cs", "Co", "Cn"}:
        return ""
    # A raised or circled digit would otherwise join the number before it: 10² must not become 102.
    if category in {"Cc", "No"}:
        return " "
    return str(unicodedata.decimal(char)) if category == "Nd" else char


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters, a number or a mark, with its place in the folded text."""

    text: str
    start: int
    end: int

    @property
    def is_letters(self) -> bool:
        """Letters only."""
        return self.text[0].isalpha()

    @property
    def is_number(self) -> bool:
        """A number, its separators included."""
        return self.text[0].isdigit()


def words(folded: str) -> list[Word]:
    """The words, numbers and marks of folded text, in order."""
    return [Word(found[0], found.start(), found.end()) for found in _WORD.finditer(folded)]
