"""The home feature, assembled."""

from flask_babel import lazy_gettext as _l

from community.home.pages import contribute, pages
from community.home.policy import may_use_desk
from community.kernel.feature import Feature
from community.kernel.frame import Tab

FEATURE = Feature(
    name="home",
    pages=(pages,),
    frame=contribute,
    tabs=(
        Tab(order=10, label=_l("Overview"), endpoint="home.space", icon="overview"),
        Tab(order=60, label=_l("Manage"), endpoint="home.desk", icon="manage", shown=may_use_desk),
    ),
)
