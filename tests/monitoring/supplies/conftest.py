"""Maya's tablets, counted."""

from tests.monitoring.titration.conftest import answer, baclofen, draw, give, sign, today

__all__ = ["answer", "baclofen", "draw", "give", "sign", "today"]
