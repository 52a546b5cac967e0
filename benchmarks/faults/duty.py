"""The clinicians on duty open their worklists: what they see is what the product has not lost."""

import http.client
import json
import threading
from collections.abc import Sequence
from pathlib import Path

from benchmarks.faults.history import Log, Seen, Story, clock

READERS = 6
TRIES = 5


def look(stories: Sequence[Story], *, port: int, folder: Path) -> None:
    """Each asks the API for their open alerts and notes what was answered."""
    log = Log(folder / "duty.jsonl")
    shares = [stories[number::READERS] for number in range(READERS)]
    readers = [threading.Thread(target=_look, args=(share, port, log)) for share in shares]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    log.close()


def _look(stories: Sequence[Story], port: int, log: Log) -> None:
    for story in stories:
        for _ in range(TRIES):
            try:
                log.add(_seen(story, port))
            except (OSError, http.client.HTTPException, ValueError):
                continue
            break


def _seen(story: Story, port: int) -> Seen:
    """What one worklist shows; ValueError when it was not shown."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/api/v1/alerts/", headers={"Authorization": f"Token {story.duty_token}"})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise ValueError(answer.status)
    found = json.loads(body)["results"]
    return Seen(
        at=clock(),
        story=story.number,
        alerts=[alert["id"] for alert in found],
        levels=[alert["level"] for alert in found],
        sources=[str(alert["source_id"]) for alert in found],
    )
