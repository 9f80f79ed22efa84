"""The academy feature, assembled."""

from flask_babel import lazy_gettext as _l

from community.academy import models as models
from community.academy.api import api
from community.academy.commands import course
from community.academy.pages import pages
from community.kernel.context import Context
from community.kernel.feature import Feature
from community.kernel.frame import Tab
from community.spaces.models import Space, SpaceKind
from community.spaces.policy import facilitates


def keeps_courses(ctx: Context, space: Space) -> bool:
    """Whether a space's pages lead the actor to its courses: those of the network do."""
    return space.kind is SpaceKind.NETWORK and facilitates(ctx, space.id)


FEATURE = Feature(
    name="academy",
    pages=(pages,),
    apis=(api,),
    commands=(course,),
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
