"""The mailing feature, assembled."""

import datetime as dt

from community.accounts.events import AddressChanged, PasswordChanged, SignedOutEverywhere
from community.correspondence.events import PreferencesChosen
from community.kernel.feature import Feature, Periodic, Personal, Sweep
from community.mailing.api import api
from community.mailing.commands import mail_in
from community.mailing.letters import OFFICE, mail_digest, push_news, tell_answered
from community.mailing.models import LedgerEntry
from community.mailing.operations import MAIL_DIGEST, PUSH, TELL_ANSWERED, erase, owe_digests
from community.mailing.pages import letters_part, pages
from community.mailing.queries import export
from community.mailing.reactions import (
    on_account_secured,
    on_address_changed,
    on_preferences_chosen,
)
from community.mailing.rules import KEPT

FEATURE = Feature(
    name="mailing",
    pages=(pages,),
    apis=(api,),
    commands=(mail_in,),
    reactions=(
        (PasswordChanged, on_account_secured),
        (SignedOutEverywhere, on_account_secured),
        (AddressChanged, on_account_secured),
        (AddressChanged, on_address_changed),
        (PreferencesChosen, on_preferences_chosen),
    ),
    jobs={MAIL_DIGEST: mail_digest, PUSH: push_news, TELL_ANSWERED: tell_answered},
    parts={"letters.when": letters_part},
    periodic=(Periodic(name="mailing.digests", every=dt.timedelta(seconds=30), run=owe_digests),),
    sweeps=(Sweep(model=LedgerEntry, old=lambda now: LedgerEntry.at < now - KEPT),),
    personal=Personal(export=export, erase=erase),
    office=OFFICE,
)
