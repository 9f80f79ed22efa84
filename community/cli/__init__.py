"""The ``community`` command line: everything one does to an installation from a shell."""

from community.cli.main import main

__all__ = ["main"]
