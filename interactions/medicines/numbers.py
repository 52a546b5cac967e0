"""Numbers as people write them, into Decimal; whatever could mean two numbers means none."""

import re
from decimal import Decimal
from typing import Final

NUMBER: Final = r"(?<![\d.,])(?:\d+(?:[.,]\d+)*|[.,]\d+)(?![\d])"
_SEPARATED: Final = re.compile(r"(\d*)([.,])(\d+)")

WORD_NUMBERS: Final = {
    word: Decimal(value)
    for word, value in {
        "half": "0.5",
        "a half": "0.5",
        "half a": "0.5",
        "one": "1",
        "two": "2",
        "three": "3",
        "four": "4",
        "five": "5",
        "six": "6",
        "seven": "7",
        "eight": "8",
        "nine": "9",
        "ten": "10",
        "eleven": "11",
        "twelve": "12",
        "fifteen": "15",
        "twenty": "20",
        "twenty five": "25",
        "twenty-five": "25",
        "thirty": "30",
        "forty": "40",
        "fifty": "50",
        "sixty": "60",
        "seventy": "70",
        "seventy five": "75",
        "seventy-five": "75",
        "eighty": "80",
        "hundred": "100",
        "one hundred": "100",
        "a hundred": "100",
    }.items()
}


def read_number(text: str) -> Decimal | None:
    """A number with a decimal point or comma; None when it could as well hold a thousands mark.

    "2,5" is 2.5 and "0.125" is itself, but "1,000" and "1.500" may be a thousand and more: None.
    """
    if text.isdigit():
        return Decimal(text)
    found = _SEPARATED.fullmatch(text)
    if found is None:
        return None
    whole, _, part = found.groups()
    if len(part) == 3 and whole.strip("0"):
        return None
    return Decimal(f"{whole or '0'}.{part}")
