"""Many acts at the same moment, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from community.kernel.errors import CommunityError

PATIENCE = 60  # seconds; who is not done by then hangs


def at_once(app: Flask, acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Let all ``acts`` go at one moment; returns what each answered, in order.

    An error of the domain is an answer too; any other one is raised here.
    """
    barrier = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)
    broken: list[BaseException] = []

    def run(place: int, act: Callable[[], Any]) -> None:
        with app.app_context():
            try:
                barrier.wait(PATIENCE)
                answers[place] = act()
            except CommunityError as error:
                answers[place] = error
            except BaseException as error:  # noqa: BLE001  # told in the test's own thread
                broken.append(error)

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    if broken:
        raise broken[0]
    assert not any(thread.is_alive() for thread in threads), "an act hangs"
    return answers
