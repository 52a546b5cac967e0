"""PyPI's clinical-ddi-check, another checker of pairs, given the pairs that this release finds something about."""

import importlib
import json
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.peers.cql import NotRunError

NAME = "clinical-ddi-check"


class Ddi:
    """The peer, without its look-up of names over the network, which is no part of a check.

    Raises NotRunError when it is not installed.
    """

    def __init__(self) -> None:
        try:
            self.version = version(NAME)
            self._module: Any = importlib.import_module("clinical_ddi_check.drug_interaction_check")
        except (ImportError, PackageNotFoundError) as error:
            raise NotRunError(f"{NAME} is not installed; it is among the benchmark requirements") from error
        vars(self._module)["normalize_medication_names"] = lambda names: {"normalized": list(names)}

    def check(self, names: Sequence[str], data: Path | None = None) -> int:
        """How many interactions the peer finds; with no data, in the handful of pairs that it ships with."""
        found = self._module.drug_interaction_check(list(names), ddi_data_path=data)
        return int(found["count"])


def write_pairs(
    file: Path, pairs: Iterable[tuple[str, str]], describe: Callable[[str, str], tuple[str, str] | None]
) -> int:
    """Write every pair of substances that `describe` says something about, as the peer's data; how many."""
    entries = []
    for one, other in pairs:
        said = describe(one, other)
        if said is not None:
            entries.append({"drug_a": one, "drug_b": other, "severity": said[0], "description": said[1]})
    file.write_text(json.dumps({"interactions": entries}), encoding="utf-8")
    return len(entries)
