"""The ``community`` command line: everything one does to an installation from a shell."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _loading() -> Iterator[None]:
    """Look for no rubbish while the application is loaded: nothing of it is, it stays for good."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if looked:
            gc.enable()


with _loading():
    from community.cli.main import main

__all__ = ["main"]
