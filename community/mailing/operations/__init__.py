"""Keeping the ledger, choosing when letters come, owing digests, and taking answers by mail."""

from community.mailing.operations.answering import take_mail
from community.mailing.operations.bouncing import forget_trouble, note_bounce, resume_letters
from community.mailing.operations.ledger import (
    MAIL_DIGEST,
    PUSH,
    choose_times,
    drop_letters,
    erase,
    merge_letters,
    note_letter,
    owe_digests,
    owe_push,
    release_letters,
)
from community.mailing.operations.noting import (
    TELL_ANSWERED,
    end_reply_addresses,
    note_answer,
    open_line,
)

__all__ = [
    "MAIL_DIGEST",
    "PUSH",
    "TELL_ANSWERED",
    "choose_times",
    "drop_letters",
    "end_reply_addresses",
    "erase",
    "forget_trouble",
    "merge_letters",
    "note_answer",
    "note_bounce",
    "note_letter",
    "open_line",
    "owe_digests",
    "owe_push",
    "release_letters",
    "resume_letters",
    "take_mail",
]
