"""Says whether the audit log is as it was written: exit 0 intact, 1 altered, 2 could not check."""

import json
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from monitoring.audit.verification import CouldNotCheckError, Verification, verify

ALTERED, COULD_NOT_CHECK = 1, 2


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--head", default="", help="a head printed by an earlier check: it must still be there")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            result = verify(known_head=options["head"])
        except (CouldNotCheckError, ImproperlyConfigured) as error:
            self._give_up(options["format"], str(error))
        except DatabaseError as error:
            self._give_up(options["format"], f"The database cannot be read ({type(error).__name__}).")
        else:
            self.stdout.write(_as_json(result) if options["format"] == "json" else _as_text(result))
            if not result.intact:
                raise SystemExit(ALTERED)

    def _give_up(self, form: str, reason: str) -> None:
        if form == "json":
            self.stdout.write(json.dumps({"state": "could not check", "reason": reason}))
            raise SystemExit(COULD_NOT_CHECK)
        raise CommandError(f"Could not check: {reason}", returncode=COULD_NOT_CHECK)


def _as_json(result: Verification) -> str:
    return json.dumps({
        "state": "intact" if result.intact else "altered",
        "checked": result.checked,
        "unsealed": result.unsealed,
        "oldest_unsealed_at": result.oldest_unsealed_at and result.oldest_unsealed_at.isoformat(),
        "head": result.head,
        "fault_count": result.fault_count,
        "faults": [asdict(fault) for fault in result.faults],
    })  # fmt: skip


def _as_text(result: Verification) -> str:
    verdict = "Intact" if result.intact else "ALTERED"
    lines = [f"{verdict}: {result.checked} events checked, {result.unsealed} not sealed yet."]
    for fault in result.faults:
        place = [f"position {fault.position}"] if fault.position is not None else []
        place += [f"event {fault.event_id}"] if fault.event_id is not None else []
        lines.append(f"{fault.kind} at {', '.join(place) or 'the seals'}: {fault.what}")
    if result.fault_count > len(result.faults):
        lines.append(f"… and {result.fault_count - len(result.faults)} more.")
    if result.head:
        lines.append(f"Head: {result.head}")
    return "\n".join(lines)
