"""The spaces feature, assembled."""

from flask_babel import lazy_gettext as _l

from community.kernel.context import Context
from community.kernel.feature import Feature
from community.kernel.frame import Frame, FrameSpace, Tab
from community.spaces.api import api
from community.spaces.commands import admin
from community.spaces.pages import pages
from community.spaces.queries import rail


def _frame(ctx: Context, frame: Frame) -> None:
    """Put the actor's spaces into the rail; where they lead to is said above."""
    frame.spaces = [FrameSpace(row.id, row.slug, row.name) for row in rail(ctx)]


FEATURE = Feature(
    name="spaces",
    pages=(pages,),
    apis=(api,),
    commands=(admin,),
    frame=_frame,
    tabs=(Tab(order=50, label=_l("People"), endpoint="spaces.people", icon="people"),),
)
