"""How templates find what they may call."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class OneMapping(Environment):
    """Jinja with one mapping for what all templates may call.

    Jinja gives each template a chain of mappings, so that it can have names of its own; ours have
    none, and each import of macros on a page compared all names of both, one by one.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals
