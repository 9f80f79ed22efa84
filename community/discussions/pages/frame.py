"""What talk adds to one's own pages."""

from flask_babel import gettext as _

from community.kernel.addresses import url_for
from community.kernel.frame import Frame, Group, NavItem


def contribute(frame: Frame) -> None:
    """Add one's drafts, and what one follows."""
    frame.menu.append(_drafts())
    frame.own_pages(_own_pages)


def _drafts() -> NavItem:
    return NavItem(_("Drafts"), url_for("discussions.drafts"), "write", group=Group.MINE)


def _own_pages() -> list[NavItem]:
    followed = url_for("discussions.my_following")
    return [_drafts(), NavItem(_("What I follow"), followed, "watch", group=Group.NEWS)]
