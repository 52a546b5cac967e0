"""What a catalogue of translations holds of the clinical copy, and what has changed since it was read. Pure."""

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

CLINICAL_PREFIX: Final = "clinical\x04"
# Gettext's binary catalogue: its first word tells the order of bytes.
LITTLE, BIG = 0x950412DE, 0xDE120495


@dataclass(frozen=True, slots=True)
class Difference:
    """A text that is not as it was when the translation was last signed; empty where there is none."""

    english: str
    was: str
    now: str

    @property
    def is_new(self) -> bool:
        return not self.was

    @property
    def is_gone(self) -> bool:
        return not self.now


def read_catalogue(data: bytes) -> dict[str, str]:
    """Every message of a compiled catalogue (GNU gettext's .mo, revision 0) with its translation.

    Forms of a plural are joined by a line break, as is what they translate. A ValueError says that it is none.
    """
    if len(data) < 28:
        raise ValueError("not a compiled catalogue: too short")
    magic = struct.unpack("<I", data[:4])[0]
    if magic not in {LITTLE, BIG}:
        raise ValueError("not a compiled catalogue: unknown first bytes")
    order = "<" if magic == LITTLE else ">"
    count, originals, translations = struct.unpack(f"{order}3I", data[8:20])

    def text(table: int, number: int) -> str:
        length, start = struct.unpack(f"{order}2I", data[table + 8 * number : table + 8 * number + 8])
        return data[start : start + length].decode("utf-8").replace("\x00", "\n")

    return {text(originals, number): text(translations, number) for number in range(count)}


def clinical_texts(catalogue: Mapping[str, str]) -> dict[str, str]:
    """The clinical copy of a catalogue: each English text with its translation, in the order of the English."""
    found = {key.removeprefix(CLINICAL_PREFIX): text for key, text in catalogue.items() if text}
    return {key: found[key] for key in sorted(found) if CLINICAL_PREFIX + key in catalogue}


def digest_of(texts: Mapping[str, str]) -> str:
    """SHA-256 over every text with its translation: one changed letter is another digest."""
    plain = json.dumps(dict(texts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def differences(signed: Mapping[str, str], present: Mapping[str, str]) -> list[Difference]:
    """What is new, other or gone in `present` against what was `signed`."""
    keys = sorted({*signed, *present})
    pairs = ((key, signed.get(key, ""), present.get(key, "")) for key in keys)
    return [Difference(key, was, now) for key, was, now in pairs if was != now]
