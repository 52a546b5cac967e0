"""npm's cql-execution with the pair written in CQL and compiled by @cqframework/cql, in one long-lived process."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

HERE: Final = Path(__file__).parent
PACKAGES: Final[dict[str, str]] = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]


class NotRunError(Exception):
    """Why a peer could not be run here."""


class Cql:
    """The running peer. Raises NotRunError when Node.js or the packages cannot be had."""

    def __init__(self) -> None:
        folder = _install()
        command = [str(shutil.which("node")), str(HERE / "pair_in_cql.mjs"), str(HERE), str(folder)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def seconds(self, over: Literal["fhir", "values"], codes: Sequence[str], times: int) -> float:
        """How long `times` checks of these RxNorm codes took inside the peer, its start and the pipe left out."""
        answer = self._ask({"over": over, "times": times, "codes": list(codes)})
        if not answer["found"]:
            raise NotRunError("the peer found nothing, so that its time says nothing")
        return float(answer["seconds"])

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        process = self._process
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise NotRunError("the peer has no pipes")
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise NotRunError(f"the peer ended: {process.stderr.read()[-300:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the peer."""
        self._process.terminate()
        self._process.communicate()


def _install() -> Path:
    """The folder that holds the packages in the versions named, installed once into the cache."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NotRunError("Node.js with npm is not installed")
    folder = Path(os.environ.get("VAR_DIR", "var")).resolve() / "cache" / "benchmark-peers"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = (HERE / "package.json").read_text(encoding="utf-8")
    done = folder / "installed.json"
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        (folder / "package.json").write_text(wanted, encoding="utf-8")
        made = subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=folder, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        if made.returncode:
            raise NotRunError(f"npm install failed: {made.stderr.strip()[-300:]}")
        done.write_text(wanted, encoding="utf-8")
    return folder
