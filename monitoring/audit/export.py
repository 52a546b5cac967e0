"""The log as a spreadsheet that runs nothing."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Final

from monitoring.audit.models import AuditEvent

COLUMNS: Final = (
    "id", "serial", "when (UTC)", "who kind", "who", "who id", "role", "did what", "outcome", "patient", "object",
    "object id", "reason", "detail", "request", "from where", "digest",
)  # fmt: skip
# A cell that begins like this is run as a formula by one spreadsheet or another.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide twins count too


def safe_cell(text: str) -> str:
    """The text, with an apostrophe before it when a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def csv_lines(events: Iterable[AuditEvent]) -> Iterator[str]:
    """The header and a line for each event, as RFC 4180 writes them: CRLF, quotes doubled."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for event in events:
        yield writer.writerow([safe_cell(cell) for cell in _cells(event)])


def _cells(event: AuditEvent) -> tuple[str, ...]:
    return (
        str(event.pk),
        str(event.serial),
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor_kind,
        event.actor_label,
        event.actor_id,
        event.actor_role,
        event.action,
        event.outcome,
        str(event.patient_id or ""),
        event.object_type,
        event.object_id,
        event.reason,
        json.dumps(event.detail, sort_keys=True, ensure_ascii=False) if event.detail else "",
        event.request_id,
        event.ip_address or "",
        event.digest,
    )


class _Echo:
    """A file that hands each line straight back, so that the export is never whole in memory."""

    def write(self, line: str) -> str:
        return line
