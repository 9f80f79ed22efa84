"""What every page's frame shows: contributed by features, composed once a request."""

import dataclasses
import enum
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from community.kernel.context import Context

MOST_COUNTED = 99


@dataclasses.dataclass(slots=True)
class FrameSpace:
    """A space in the rail; ``unread`` is a number of posts, exact up to ``MOST_COUNTED``."""

    id: uuid.UUID
    slug: str
    name: str
    url: str = ""
    unread: int = 0
    current: bool = False

    @property
    def counted(self) -> str:
        """The unread posts as they are shown."""
        return _counted(self.unread)


class Group(enum.Enum):
    """What one's own pages are laid together by."""

    MINE = enum.auto()
    NEWS = enum.auto()
    ACCESS = enum.auto()


GROUPS: Mapping[Group, Any] = {  # in the order in which they are shown
    Group.MINE: _l("About me"),
    Group.NEWS: _l("News"),
    Group.ACCESS: _l("Access and data"),
}


@dataclasses.dataclass(slots=True)
class NavItem:
    """An entry of the rail, the bottom bar, a space's tabs or (with ``group``) one's own pages."""

    label: str
    url: str
    icon: str
    count: int = 0
    current: bool = False
    group: Group | None = None

    @property
    def counted(self) -> str:
        """The count as it is shown."""
        return _counted(self.count)


def _counted(number: int) -> str:
    """Return a number as it is shown: beyond 99 there are simply more."""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)


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
    inbox: NavItem | None = None  # also in ``nav``; ``count`` is of what is unread, at most 100
    bar: list[NavItem] = dataclasses.field(default_factory=list)
    menu: list[NavItem] = dataclasses.field(default_factory=list)  # below one's own face
    sign_out_url: str = ""
    search_url: str = ""
    suggestions_url: str = ""
    _entered: Callable[[FrameSpace], None] | None = None
    _path: str = ""
    _own_pages: list[Callable[[], Iterable[NavItem]]] = dataclasses.field(default_factory=list)

    def own_pages(self, entries: Callable[[], Iterable[NavItem]]) -> None:
        """Add to one's own pages what ``entries`` returns: only these pages themselves ask."""
        self._own_pages.append(entries)

    def _account(self) -> list[NavItem]:
        """One's own pages, with the open one marked, else the one that it is below."""
        items = [item for entries in self._own_pages for item in entries()]
        for item in items:
            item.current = item.url == self._path
        above = [item for item in items if self._path.startswith(item.url + "/")]
        if above and not any(item.current for item in items):
            max(above, key=lambda item: len(item.url)).current = True
        return items

    @property
    def account_groups(self) -> list[tuple[str, list[NavItem]]]:
        """One's own pages, by group."""
        account = self._account()
        grouped = [
            (str(label), [item for item in account if item.group is group])
            for group, label in GROUPS.items()
        ]
        return [(label, items) for label, items in grouped if items]

    @property
    def account_tabs(self) -> list[NavItem]:
        """The pages beside the one that is open: those of its group; of the first for others."""
        beside = [items for _label, items in self.account_groups]
        return next((items for items in beside if any(i.current for i in items)), beside[0])

    def open_at(self, path: str) -> None:
        """Mark the entries that lead to a page."""
        self._path = path
        for item in (*self.nav, *self.bar):
            item.current = item.current or item.url == path

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
