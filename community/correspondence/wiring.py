"""The correspondence feature, assembled."""

from community.correspondence.api import api
from community.correspondence.operations import erase
from community.correspondence.pages import contribute, pages
from community.correspondence.queries import stopped
from community.kernel.feature import Feature, Personal

FEATURE = Feature(
    name="correspondence",
    pages=(pages,),
    apis=(api,),
    frame=contribute,
    personal=Personal(export=lambda ctx: {"letters_stopped": sorted(stopped(ctx))}, erase=erase),
)
