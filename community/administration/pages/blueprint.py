"""The blueprint that the views of this package register with, and their frame."""

from flask import Blueprint
from flask_babel import gettext as _

from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.frame import Frame, NavItem

pages = Blueprint("administration", __name__, url_prefix="/administration")


def tabs(current: str) -> list[NavItem]:
    """Return the tabs of these pages."""
    found = {
        "administration.accounts": _("People"),
        "administration.spaces": _("Spaces"),
        "administration.site": _("Settings"),
        "administration.audit": _("Audit log"),
        "moderation.record_of_all": _("Moderation"),
    }
    return [
        NavItem(label, url_for(endpoint), "manage", current=endpoint == current)
        for endpoint, label in found.items()
    ]


def contribute(ctx: Context, frame: Frame) -> None:
    """Add the way in to an administrator's rail and own menu."""
    if ctx.admin:
        url = url_for("administration.accounts")
        frame.nav.append(NavItem(_("Administration"), url, "manage"))
        frame.menu.append(NavItem(_("Administration"), url, "manage"))
