#!/usr/bin/env python3
"""Asks Evenkeel's /readyz from another machine and calls a person when it is not ready. Needs nothing but Python.

    watchdog.py https://evenkeel.clinic.example --run 'mail -s "$WATCHDOG" oncall@clinic.example </dev/null'
    watchdog.py https://evenkeel.clinic.example --webhook https://pager.example/hook --once     # from cron

With --once it ends with 0 when ready and 1 when not; it ends with 2 when called wrongly. No patient is ever named.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def look(url: str, timeout: float) -> str:
    """Why the site is not ready, in a line; empty when it is."""
    try:
        with urlopen(f"{url.rstrip('/')}/readyz", timeout=timeout) as answer:
            return "" if json.loads(answer.read(100_000))["ready"] is True else "it says so"
    except HTTPError as refusal:
        body = refusal.read(100_000).decode(errors="replace")
        return f"status {refusal.code}, {' '.join(body.split())[:500]}"
    except Exception as problem:  # gone, hanging, no certificate, another site: whatever it is, it is not ready
        return f"no proper answer ({type(problem).__name__}: {problem})"


def tell(text: str, *, run: str | None, webhook: str | None) -> None:
    """Call a person by every way given; one that fails does not keep the other from being tried."""
    print(time.strftime("%Y-%m-%dT%H:%M:%S%z"), text, flush=True)
    try:
        if webhook:
            content = Request(webhook, json.dumps({"text": text}).encode(), {"Content-Type": "application/json"})
            urlopen(content, timeout=10).close()
    except Exception as problem:
        print("The webhook failed:", problem, flush=True)
    if run and subprocess.run(run, shell=True, env={**os.environ, "WATCHDOG": text}, check=False).returncode != 0:
        print("The command failed.", flush=True)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("url")
    options.add_argument("--every", type=float, default=30, help="seconds between two looks (30)")
    options.add_argument("--after", type=int, default=2, help="failed looks in a row before a person is called (2)")
    options.add_argument("--again", type=float, default=900, help="seconds until the person is called again (900)")
    options.add_argument("--timeout", type=float, default=10, help="seconds to wait for an answer (10)")
    options.add_argument("--run", help="a shell command; the reason is in $WATCHDOG")
    options.add_argument("--webhook", help='an address that is sent {"text": the reason}')
    options.add_argument("--once", action="store_true", help="end as soon as it is known: for cron")
    given = options.parse_args()
    ways = {"run": given.run, "webhook": given.webhook}
    failed, told_at = 0, None
    while True:
        why = look(given.url, given.timeout)
        failed = failed + 1 if why else 0
        if failed >= given.after and (told_at is None or time.monotonic() - told_at >= given.again):
            tell(f"Evenkeel at {given.url} is not ready: {why}", **ways)
            told_at = time.monotonic()
        elif told_at is not None and not why:
            tell(f"Evenkeel at {given.url} is ready again", **ways)
            told_at = None
        if given.once and (not why or failed >= given.after):
            return 1 if why else 0
        time.sleep(given.every)


if __name__ == "__main__":
    sys.exit(main())
