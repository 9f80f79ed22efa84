"""What was brought in from elsewhere, and by whom it was written there."""

from community.transfers.models.feeds import FeedKey
from community.transfers.models.mail import (
    GOING_ON,
    ImportKind,
    MailAuthor,
    MailImport,
    MailMessage,
    MailState,
)
from community.transfers.models.talk import ExportState, TalkExport

__all__ = [
    "GOING_ON",
    "ExportState",
    "FeedKey",
    "ImportKind",
    "MailAuthor",
    "MailImport",
    "MailMessage",
    "MailState",
    "TalkExport",
]
