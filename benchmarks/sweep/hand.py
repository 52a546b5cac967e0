"""One of several workers of the product: its own process, its own connection."""

from datetime import datetime
from typing import Any

import django

from benchmarks.sweep import ward

django.setup()


def warm(_arguments: dict[str, Any]) -> int:
    """Everything imported and connected before the clock runs."""
    return ward.select_one(1)


def run(arguments: dict[str, Any]) -> int:
    """Ask for what is due until there is nothing left."""
    ward.ask_all(datetime.fromisoformat(arguments["now"]))
    return 0
