"""The transfers feature, assembled."""

import datetime as dt

from flask_babel import lazy_gettext as _l

from community.accounts.events import AddressChanged, PasswordChanged
from community.kernel.feature import Feature, Periodic, Personal, Sweep
from community.transfers import models as models
from community.transfers.api import api
from community.transfers.commands import mail
from community.transfers.models import TalkExport
from community.transfers.operations import (
    KEPT_FOR,
    MAKE_EXPORT,
    READ_MAIL,
    TAKE_BACK,
    WRITE_MAIL,
    carry_out_taking_back,
    erase,
    give_up,
    make_export,
    read_mail,
    write_mail,
)
from community.transfers.pages import pages
from community.transfers.pages.feeds import contribute
from community.transfers.pages.mail import part
from community.transfers.queries import personal
from community.transfers.reactions import on_account_secured

FEATURE = Feature(
    name="transfers",
    pages=(pages,),
    apis=(api,),
    commands=(mail,),
    jobs={
        READ_MAIL: read_mail,
        WRITE_MAIL: write_mail,
        TAKE_BACK: carry_out_taking_back,
        MAKE_EXPORT: make_export,
    },
    reactions=((PasswordChanged, on_account_secured), (AddressChanged, on_account_secured)),
    sweeps=(Sweep(model=TalkExport, old=lambda now: TalkExport.asked_at < now - KEPT_FOR),),
    periodic=(Periodic(name="transfers.give_up", every=dt.timedelta(minutes=10), run=give_up),),
    frame=contribute,
    parts={"talk": part},
    personal=Personal(
        export=personal,
        erase=erase,
        stays=_l("That you brought an archive into a space, without your name."),
    ),
)
