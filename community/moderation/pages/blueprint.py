"""The blueprint that the views of this package register with, and what they add to the frame."""

from flask import Blueprint
from flask_babel import gettext as _

from community.kernel.addresses import url_for
from community.kernel.frame import Frame, Group, NavItem

pages = Blueprint("moderation", __name__)


def contribute(frame: Frame) -> None:
    """Add what was decided about oneself to one's own pages."""
    url = url_for("moderation.decisions")
    frame.account.append(NavItem(_("Decisions"), url, "info", group=Group.MINE))
