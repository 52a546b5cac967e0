"""Logs tell what happened and never to whom."""

import json
import logging
import logging.config
import sys

import pytest
import structlog
from django.test import RequestFactory

from config.logs import RequestLogMiddleware, logging_config, without_link_secrets


@pytest.fixture
def formatter() -> logging.Formatter:
    config = logging_config("INFO")["formatters"]["json"]
    made = dict(config)
    factory = made.pop("()")
    result: logging.Formatter = factory(**made)
    return result


def failing_record() -> logging.LogRecord:
    try:
        raise ValueError("Key (name)=(Maya Harper) already exists")
    except ValueError:
        return logging.LogRecord("monitoring", logging.ERROR, __file__, 1, "It failed", (), sys.exc_info())


def test_an_exception_is_told_by_type_and_place_without_its_text(formatter: logging.Formatter) -> None:
    line = formatter.format(failing_record())

    told = json.loads(line)
    assert "Maya" not in line
    assert told["exception"] == "ValueError"
    assert told["raised_at"][-1].endswith("failing_record")


def test_a_line_stays_one_line(formatter: logging.Formatter) -> None:
    record = logging.LogRecord("monitoring", logging.INFO, __file__, 1, "a\r\nforged: %s", ("\x1b[2J",), None)

    line = formatter.format(record)

    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["event"] == "a\r\nforged: \x1b[2J"


def test_a_request_is_told_without_what_was_searched_for() -> None:
    request = RequestFactory().get("/patients/", {"q": "Harper"})

    assert RequestLogMiddleware.format_request(request) == "GET /patients/"


def test_structlog_and_the_standard_library_share_one_shape() -> None:
    logging_config("INFO")

    assert structlog.is_configured()


def test_of_what_is_added_to_a_line_only_known_facts_are_kept(formatter: logging.Formatter) -> None:
    extra = {"sweep": "settle_due_steps", "item": "7", "request": "GET /patients/?q=HARPER", "patient": "HARPER"}
    record = logging.getLogger("x").makeRecord("x", logging.ERROR, "f", 1, "sweep_item_failed", (), None, extra=extra)
    line = json.loads(formatter.format(record))
    assert (line["sweep"], line["item"]) == ("settle_due_steps", "7")
    assert "HARPER" not in str(line)


@pytest.mark.parametrize("address", ["/k/{}/3/", "/welcome/{}/", "/care/welcome/{}/", "/cal/{}.ics"])
@pytest.mark.parametrize("token", ["A" * 43, "-_" * 21 + "x", "0123456789abcdefghijklmnopqrstuvwxyzABCDEF_"])
def test_no_line_holds_an_address_that_is_a_right(formatter: logging.Formatter, address: str, token: str) -> None:
    path = address.format(token)
    told = [
        logging.LogRecord("django.request", logging.WARNING, __file__, 1, "%s: %s", ("Not Found", path), None),
        logging.LogRecord(
            "django.security.csrf", logging.WARNING, __file__, 1, f"Forbidden (Origin): {path}", (), None
        ),
    ]
    for line in map(formatter.format, told):
        assert token not in line
        assert token[:12] not in line
    asked = RequestLogMiddleware.format_request(RequestFactory().get(path))
    assert token not in str(without_link_secrets(None, "", {"event": "request_started", "request": asked}))
