"""The correspondence feature, assembled."""

from community.accounts.events import SignInEnded
from community.correspondence.api import api
from community.correspondence.commands import push_keys
from community.correspondence.models import PushDevice
from community.correspondence.operations import erase
from community.correspondence.pages import contribute, pages
from community.correspondence.policy import is_signed_in
from community.correspondence.queries import export
from community.correspondence.reactions import on_sign_in_ended
from community.kernel.feature import Feature, Personal, Sweep

FEATURE = Feature(
    name="correspondence",
    pages=(pages,),
    apis=(api,),
    frame=contribute,
    reactions=((SignInEnded, on_sign_in_ended),),
    sweeps=(Sweep(model=PushDevice, old=lambda now: ~is_signed_in(now)),),
    commands=(push_keys,),
    personal=Personal(export=export, erase=erase),
)
