"""What is said of each place where something is read."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from architecture.eyes import Eyes
from factories.neighbours import Neighbours

Args = Mapping[str, Any]
Rule = Callable[[Eyes, Neighbours, Args], bool]
QUERY = "?"  # before the name of what stands in the query


def is_admin(eyes: Eyes, _world: Neighbours, _args: Args) -> bool:
    return eyes.name == "admin"


def yes(_eyes: Eyes, _world: Neighbours, _args: Args) -> bool:
    return True


@dataclasses.dataclass(frozen=True)
class Surface:
    """A route: what it may be asked, who sees what it shows, and who of them may."""

    asks: Callable[[Neighbours], list[Args]]
    sees: Rule
    may: Rule = yes
    tells: bool = False
    """Whether it shows something to whoever holds a secret, beyond what the rules say."""
