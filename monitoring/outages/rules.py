"""The figures of a catch-up, and the words for it. Pure; all of them are judgements."""

from datetime import timedelta
from typing import Final

# An urgent message written so shortly before the restore goes, even if for the second time under the same key; an older
# one has left already, and its alert tells again by itself.
RESTORED_WINDOW: Final = timedelta(minutes=15)
RESTORED: Final = "it may have left already: the database was restored from a backup"
# An emergency that is due and has not been passed on for this long is a reason to wake somebody.
LONGEST_UNATTENDED: Final = timedelta(seconds=60)

SKIPPED: Final = {
    "check_ins_not_asked": "check-ins not asked",
    "steps_held": "dose steps on hold for review",
    "messages_cancelled": "messages not sent any more",
}


def skipped_words(skipped: dict[str, int]) -> list[str]:
    """Each kind of what was not done with its count, in words; none is an empty list."""
    return [f"{count} {SKIPPED.get(kind, kind)}" for kind, count in skipped.items() if count]
