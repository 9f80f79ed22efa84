"""Work that computes for long goes to a native thread: one gevent loop serves everybody."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import gevent
from gevent import monkey

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
