"""The spaces feature, assembled."""

from flask_babel import lazy_gettext as _l

from community.kernel.feature import Feature
from community.kernel.frame import Tab
from community.spaces.api import api
from community.spaces.commands import admin
from community.spaces.pages import contribute, pages

FEATURE = Feature(
    name="spaces",
    pages=(pages,),
    apis=(api,),
    commands=(admin,),
    frame=contribute,
    tabs=(Tab(order=50, label=_l("People"), endpoint="spaces.people", icon="people"),),
)
