"""The content of every released edition, by its hash. A file that says something else is not used at all.

A signature stands under these words and no others: a released edition is never edited, a changed text is a new one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PINNED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "2026.11": "27e443b7d3ed4d37f8a088a796c3ba7ffe2f79af096179f6034620936408d72b",
    }
)
CURRENT: Final = "2026.11"
