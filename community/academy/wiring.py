"""The academy feature, assembled."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.academy import models as models
from community.academy.api import api
from community.academy.commands import course
from community.academy.pages import pages
from community.academy.policy import keeps_courses as may_add_courses
from community.academy.queries.personal import personal
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.feature import Feature, Personal
from community.kernel.frame import Frame, NavItem, Tab
from community.spaces.models import Space, SpaceKind
from community.spaces.policy import facilitates


def keeps_courses(ctx: Context, space: Space) -> bool:
    """Whether a space's pages lead the actor to its courses: those of the network do."""
    return space.kind is SpaceKind.NETWORK and facilitates(ctx, space.id)


def _frame(ctx: Context, frame: Frame) -> None:
    """Lead who may add courses to them from every page."""
    if may_add_courses(ctx):
        frame.nav.append(NavItem(_("Courses"), url_for("academy.course_list"), "learn"))


FEATURE = Feature(
    name="academy",
    pages=(pages,),
    apis=(api,),
    commands=(course,),
    frame=_frame,
    personal=Personal(
        export=personal,
        stays=_l("What you wrote in courses: it belongs to the spaces that keep them."),
    ),
    tabs=(
        Tab(
            order=25,
            label=_l("Courses"),
            endpoint="academy.course_list",
            icon="learn",
            shown=keeps_courses,
        ),
    ),
)
