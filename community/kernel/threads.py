"""Work that computes for long goes to a native thread: one gevent loop serves everybody."""

import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import gevent
from flask_babel import gettext as _
from gevent import monkey

from community.kernel.errors import Unavailable
from community.kernel.operation import outside_operation

P = ParamSpec("P")
R = TypeVar("R")


def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call ``function`` in gevent's native thread pool and wait for it; directly without gevent.

    The waiting yields to other greenlets, so it must not happen in a unit of work: raises
    RuntimeError there.
    """
    if not outside_operation():
        raise RuntimeError("a unit of work must not wait for a thread")
    if not monkey.is_module_patched("threading"):
        return function(*args, **kwargs)
    result: R = gevent.get_hub().threadpool.apply(function, args, kwargs)
    return result


class OneAtATime:
    """Work so heavy that a process does one piece of it at a time, around ``in_thread``.

    ``with ONE:`` waits for its turn, while others are served; raises Unavailable after ``patience``
    seconds.
    """

    def __init__(self, patience: float = 10.0) -> None:
        self._turn = threading.Lock()
        self._patience = patience

    def __enter__(self) -> None:
        if not self._turn.acquire(timeout=self._patience):
            raise Unavailable(_("Too much is being worked on at once. Try again."))

    def __exit__(self, *_error: object) -> None:
        self._turn.release()
