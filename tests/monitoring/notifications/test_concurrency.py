"""Several sweeps at once: each message leaves exactly once when nothing crashes."""

import threading
from collections import Counter
from datetime import datetime

import pytest
from django.core import mail
from django.db import connection, connections

from monitoring.notifications.actions import deliver_due_notifications
from monitoring.notifications.models import Notification, NotificationState
from tests.monitoring.notifications.conftest import Queue


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time by design")
def test_two_workers_share_two_hundred_messages(queue: Queue, now: datetime) -> None:
    for _ in range(200):
        queue()
    start = threading.Barrier(2)
    sent: list[int] = []

    def worker() -> None:
        connection.ensure_connection()
        start.wait()
        try:
            sent.append(deliver_due_notifications(now=now, limit=200))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=worker) for _ in range(2)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()

    assert sum(sent) == 200
    assert min(sent) > 0
    ids = Counter(message.extra_headers["Message-ID"] for message in mail.outbox)
    assert (len(ids), set(ids.values())) == (200, {1})
    assert not Notification.objects.exclude(state=NotificationState.ACCEPTED, attempts=1).exists()
    assert connection.vendor == "postgresql"
