"""The suite's own servers: they are real, and the network is closed."""

import os
import socket
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.servers import Postgres, postgres_folders
from tests.services import NetworkClosedError


@pytest.mark.django_db
def test_the_database_is_the_one_that_was_asked_for() -> None:
    assert os.environ["DATABASE_URL"].startswith(connection.vendor)


def test_another_machine_cannot_be_reached() -> None:
    with socket.socket() as trial, pytest.raises(NetworkClosedError):
        trial.connect(("192.0.2.1", 80))


@pytest.mark.slow
def test_postgresql_also_starts_where_the_machine_has_none() -> None:
    embedded = [folder for folder in postgres_folders() if Path(sys.prefix) in folder.parents]
    assert embedded, "the development requirements hold PostgreSQL's programs"
    server = Postgres(programs=embedded[0])
    try:
        assert server.start().process is not None
    finally:
        server.stop()
    assert not server.home.exists()
