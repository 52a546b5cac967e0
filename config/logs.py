"""Logs as JSON lines that never hold a patient: no query strings, no exception texts, no local variables."""

import re
import traceback
from typing import Any

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from structlog.typing import EventDict, Processor, WrappedLogger


class RequestLogMiddleware(RequestMiddleware):
    """A line when a request starts and one when it ends, without its query: that may be what somebody searched for."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


def without_exception_text(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep an exception's type and where it was raised; its text may quote a row, so it is left out."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["exception"] = type(error).__qualname__
        event["raised_at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


# 32 random bytes and more, as they stand in the address of a link that opens something; the ids of rows are shorter.
_SECRET = re.compile(r"[A-Za-z0-9_-]{40,}")


def without_link_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave the secret part of an address out: whoever reads a log must not be able to open the link."""
    for key in ("event", "request"):
        if isinstance(event.get(key), str):
            event[key] = _SECRET.sub("…", event[key])
    return event


# The only facts a caller may add to a line: ids, kinds and counts. Anything else could hold a patient.
FACTS = ("sweep", "job", "item", "error", "notification", "problem", "head", "faults")


def shared_processors() -> list[Processor]:
    """What happens to every line, whether it comes from structlog or from the standard library."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(allow=FACTS),
        without_link_secrets,
    ]


def logging_config(level: str) -> dict[str, Any]:
    """Return Django's LOGGING: everything to standard error, one JSON object a line."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared_processors(),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    without_exception_text,
                    structlog.processors.JSONRenderer(sort_keys=True),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # The framework's own request lines quote what was asked for; ours do not.
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "axes": {"level": "ERROR"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
        },
    }
