"""What one can do to bring talk in and to take it out."""

from community.transfers.operations.beginning import begin_mail_import, refuse_mail_import
from community.transfers.operations.exporting import (
    KEPT_FOR,
    MOST_AT_ONCE,
    ask_export,
    make_export,
    remove_export,
    write_talk,
)
from community.transfers.operations.feeds import make_feed_key, revoke_feed_key
from community.transfers.operations.giving_up import give_up
from community.transfers.operations.jobs import MAKE_EXPORT, READ_MAIL, TAKE_BACK, WRITE_MAIL
from community.transfers.operations.leaving import erase
from community.transfers.operations.messages import KEPT
from community.transfers.operations.reading import read_mail
from community.transfers.operations.taking_back import carry_out_taking_back, take_back_mail
from community.transfers.operations.writing import write_mail

__all__ = [
    "KEPT",
    "KEPT_FOR",
    "MAKE_EXPORT",
    "MOST_AT_ONCE",
    "READ_MAIL",
    "TAKE_BACK",
    "WRITE_MAIL",
    "ask_export",
    "begin_mail_import",
    "carry_out_taking_back",
    "erase",
    "give_up",
    "make_export",
    "make_feed_key",
    "read_mail",
    "refuse_mail_import",
    "remove_export",
    "revoke_feed_key",
    "take_back_mail",
    "write_mail",
    "write_talk",
]
