"""The inbox in the frame of every page, and how much is unread."""

from flask_babel import gettext as _

from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.frame import Frame, NavItem
from community.notifications.queries import unread_in_frame


def contribute(ctx: Context, frame: Frame) -> None:
    """Add the way to the inbox, and beside it and each space how much is unread: one statement."""
    unread = unread_in_frame(ctx)
    frame.inbox = NavItem(_("Inbox"), url_for("notifications.inbox"), "inbox", unread.inbox)
    frame.nav.insert(0, frame.inbox)
    for space in frame.spaces:
        space.unread = unread.spaces.get(space.id, 0)
