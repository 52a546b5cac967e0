"""Deeds at the same moment, each in a thread and a connection of its own."""

import threading
from collections.abc import Callable

from django.db import connections


def at_once(*deeds: Callable[[], object], refused: type[Exception]) -> list[object]:
    """Run the deeds in threads that start together; what each gave back, or the refusal that it met."""
    start = threading.Barrier(len(deeds))
    results: list[object] = [None] * len(deeds)

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = deeds[number]()
        except refused as refusal:
            results[number] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
