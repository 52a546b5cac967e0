"""Why something was not done, in words for the person who asked."""

from collections.abc import Sequence

from monitoring.protocols.rules import Fault


class RefusedError(Exception):
    """What was asked cannot be; the text may be shown."""


class FaultsError(RefusedError):
    """Some settings may not be so; `faults` names each of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.setting}: {fault.message}" for fault in faults))


class StaleError(RefusedError):
    """Something else was decided meanwhile: what was seen is not what would come into force."""
