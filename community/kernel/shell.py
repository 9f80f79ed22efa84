"""The command line's door into the application, for the commands that features bring."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click
from flask import Flask

P = ParamSpec("P")
R = TypeVar("R")


def in_app(function: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the application, which is made when a command needs it, not before.

    Put it below ``@click.command()`` and the options. The root of the command line holds, as its
    ``obj``, a function that makes the application.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        make: Callable[[], Flask] = click.get_current_context().find_root().obj
        with make().app_context():
            return function(*args, **kwargs)

    return run
