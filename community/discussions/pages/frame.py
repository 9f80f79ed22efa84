"""What talk adds to one's own pages."""

from flask_babel import gettext as _

from community.kernel.addresses import url_for
from community.kernel.frame import Frame, Group, NavItem


def contribute(frame: Frame) -> None:
    """Add one's drafts, and what one follows."""
    drafts = NavItem(_("Drafts"), url_for("discussions.drafts"), "write", group=Group.MINE)
    frame.menu.append(drafts)
    followed = NavItem(
        _("What I follow"), url_for("discussions.my_following"), "watch", group=Group.NEWS
    )
    frame.account += [drafts, followed]
