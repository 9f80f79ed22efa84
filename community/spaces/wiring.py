"""The spaces feature, assembled."""

import datetime as dt

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from community.accounts.events import AccountSwitchedOff, UserRegistered
from community.kernel.context import Context
from community.kernel.feature import Feature, Personal, Sweep
from community.kernel.frame import Frame, FrameSpace, Tab
from community.spaces.api import api
from community.spaces.commands import admin
from community.spaces.letters import mail_invitation
from community.spaces.models import Invitation
from community.spaces.operations import JOB, hold_spaces_of, leaving
from community.spaces.pages import pages
from community.spaces.queries import rail
from community.spaces.queries.personal import personal
from community.spaces.reactions import on_account_switched_off, on_user_registered
from community.spaces.rules import AGAIN_AFTER


def _frame(ctx: Context, frame: Frame) -> None:
    """Put the actor's spaces into the rail; where they lead to is said above."""
    frame.spaces = [FrameSpace(row.id, row.slug, row.name) for row in rail(ctx)]


def _forgotten(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Letters whose time ran out long ago, answered or not: an address is not kept for ever."""
    return sa.and_(Invitation.email.is_not(None), Invitation.expires_at < now - AGAIN_AFTER)


FEATURE = Feature(
    name="spaces",
    pages=(pages,),
    apis=(api,),
    commands=(admin,),
    frame=_frame,
    reactions=(
        (UserRegistered, on_user_registered),
        (AccountSwitchedOff, on_account_switched_off),
    ),
    jobs={JOB: mail_invitation},
    sweeps=(Sweep(model=Invitation, old=_forgotten),),
    tabs=(Tab(order=50, label=_l("People"), endpoint="spaces.people", icon="people"),),
    personal=Personal(
        export=personal,
        hinders=leaving.hinders,
        erase=leaving.erase,
        hold=hold_spaces_of,
        stays=_l("That somebody belonged to a space, and when."),
    ),
)
