"""The figures of a replay as a spreadsheet. No patient is in it."""

import csv
import io
from collections.abc import Iterator

from monitoring.audit.export import safe_cell
from monitoring.backtests.queries import Results

COLUMNS = ("what", "from", "until", "level", "now", "proposed")


def csv_text(results: Results) -> str:
    """Alerts by week and level, by clinician and in all, as RFC 4180 writes them. No cell is a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in _rows(results):
        writer.writerow([safe_cell(str(cell)) for cell in row])
    return file.getvalue()


def _rows(results: Results) -> Iterator[tuple[object, ...]]:
    first, last = results.run.first_day.isoformat(), results.run.last_day.isoformat()
    for week in results.weeks:
        for pair in week.levels:
            yield "alerts", week.first.isoformat(), week.last.isoformat(), pair.label, pair.now, pair.proposed
    yield "alerts in all", first, last, "", results.total.now, results.total.proposed
    for pair in results.load:
        yield f"alerts for {pair.label}", first, last, "", pair.now, pair.proposed
    yield "check-ins asked for", first, last, "", results.asked.now, results.asked.proposed
    for word in ("gained", "lost", "rose", "fell"):
        yield f"patients whose alerts {word}", first, last, "", "", getattr(results, word)
    tally = results.tally
    for word in ("reports", "not_judged_then", "not_readable", "facts_of_today", "not_asked_reports", "missed",
                 "missed_by_system"):  # fmt: skip
        yield word.replace("_", " "), first, last, "", getattr(tally, word), ""
