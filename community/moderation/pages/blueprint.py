"""The blueprint that the views of this package register with, and what they add to the frame."""

from flask import Blueprint
from flask_babel import gettext as _

from community.kernel.addresses import url_for
from community.kernel.frame import Frame, Group, NavItem

pages = Blueprint("moderation", __name__)


def contribute(frame: Frame) -> None:
    """Add what was decided about oneself to one's own pages."""
    frame.own_pages(_own_pages)


def _own_pages() -> list[NavItem]:
    return [NavItem(_("Decisions"), url_for("moderation.decisions"), "info", group=Group.MINE)]
