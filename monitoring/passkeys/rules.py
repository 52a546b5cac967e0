"""What holds of passkeys: how long a question stands, and when a counter betrays a copy. Pure."""

from datetime import timedelta
from typing import Final

# How long the answer to one question may take, and the browser is told to wait (Web Authentication 3, 5.4: a hint).
CHALLENGE_LIFE: Final = timedelta(minutes=5)
# Nobody has more devices than this to hand; a script that adds without end does not fill the table ("judgement").
MOST_PASSKEYS: Final = 20


def is_copied(*, kept: int, sent: int) -> bool:
    """Whether a signature counter says that two devices use one passkey: it counts, and did not go up.

    A device that always sends 0 does not count, and tells nothing (Web Authentication 3, 6.1.1).
    """
    return (kept > 0 or sent > 0) and sent <= kept


def is_relying_party(host: str) -> bool:
    """Whether browsers accept passkeys for this host: a name, never a bare address (Web Authentication 3, 5.1.3)."""
    bare = host.strip("[]")
    return bool(bare) and ":" not in bare and not bare.replace(".", "").isdigit()
