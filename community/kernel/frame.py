"""What every page's frame shows: contributed by features, composed once a request."""

import dataclasses
import uuid
from collections.abc import Callable
from typing import Any

from community.kernel.context import Context


@dataclasses.dataclass(slots=True)
class FrameSpace:
    """A space in the rail; ``unread`` is a number of posts."""

    id: uuid.UUID
    slug: str
    name: str
    url: str = ""
    unread: int = 0
    current: bool = False


@dataclasses.dataclass(slots=True)
class NavItem:
    """An entry of the rail, the bottom bar or a space's tabs."""

    label: str
    url: str
    icon: str
    count: int = 0
    current: bool = False


PICTURE_ROUTE = "/people/<uuid:user_id>/picture/<digest>/<size>"


def picture_path(user_id: uuid.UUID, digest: str | None, size: str = "small") -> str | None:
    """Return where somebody's picture is, below the site's address; ``size``: small or large."""
    return f"/people/{user_id}/picture/{digest}/{size}" if digest else None


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the pages show them: never more than a name and how to draw the face.

    ``picture`` is the digest of a picture that whoever sees the name here may see too.
    """

    id: uuid.UUID
    name: str
    picture: str | None = None

    @property
    def initials(self) -> str:
        """The first letters of the first and the last word of the name, upper case."""
        words = self.name.split()
        return "".join(word[0] for word in ([words[0], words[-1]] if words[1:] else words)).upper()

    @property
    def picture_path(self) -> str | None:
        """Where the small picture is, below the site's address; None where there is none."""
        return picture_path(self.id, self.picture)

    @property
    def hue(self) -> int:
        """1 to 8, steady for a person: the colour class of the face."""
        return self.id.int % 8 + 1


@dataclasses.dataclass(slots=True)
class Frame:
    """The frame of one page; features fill it in, top to bottom of the import order."""

    network_name: str
    me: Person | None = None
    spaces: list[FrameSpace] = dataclasses.field(default_factory=list)
    nav: list[NavItem] = dataclasses.field(default_factory=list)
    bar: list[NavItem] = dataclasses.field(default_factory=list)
    menu: list[NavItem] = dataclasses.field(default_factory=list)  # below one's own face
    account: list[NavItem] = dataclasses.field(default_factory=list)  # tabs of one's own pages
    sign_out_url: str = ""
    _entered: Callable[[FrameSpace], None] | None = None

    def on_enter(self, told: Callable[[FrameSpace], None]) -> None:
        """Have somebody told which of the spaces a page is in, before the frame is drawn."""
        self._entered = told

    def enter(self, space_id: uuid.UUID) -> None:
        """Say which of the spaces the page is in."""
        for entry in self.spaces:
            entry.current = entry.id == space_id
            if entry.current and self._entered is not None:
                self._entered(entry)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A tab of a space's pages: ``endpoint`` takes the space's slug; ``shown`` asks a rule."""

    order: int
    label: Any  # a lazy string
    endpoint: str
    icon: str
    shown: Callable[[Context, Any], bool] = lambda ctx, space: True
