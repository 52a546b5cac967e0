"""Answers to interactions in computable form (170.315(b)(11): intervention, action, feedback, user, date, location)."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from datetime import UTC
from typing import Any, Final

from monitoring.audit.export import safe_cell
from monitoring.reports.queries import Told
from monitoring.reports.rules import Period

COLUMNS: Final = tuple(field.name for field in fields(Told))


def csv_lines(rows: Iterable[Told]) -> Iterator[str]:
    """The header and a line for each row, as RFC 4180 writes them. No cell is a formula to any spreadsheet."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow([safe_cell(str(value)) for value in _values(row).values()])


def json_parts(rows: Iterable[Told], *, clinic: str, period: Period) -> Iterator[str]:
    """The same as one JSON document, in pieces, so that a long one is never whole in memory."""
    head = {"clinic": clinic, "from": period.first.isoformat(), "until": period.last.isoformat()}
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "interventions": ['
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n{json.dumps(_values(row), ensure_ascii=False)}"
    yield "\n]}\n"


def _values(row: Told) -> dict[str, Any]:
    return asdict(row) | {"at": row.at.astimezone(UTC).isoformat(timespec="seconds")}


class _Echo:
    """A file that hands each line straight back, so that the export is never whole in memory."""

    def write(self, line: str) -> str:
        return line
