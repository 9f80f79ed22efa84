"""Mail that comes in: addresses we signed, and of a message who wrote what of their own."""

from community.mailing.formats.addresses import (
    BOUNCE,
    REPLY,
    Signed,
    bounce_address,
    read_address,
    reply_address,
)
from community.mailing.formats.bounces import read_report
from community.mailing.formats.messages import MOST_MAIL, Incoming, read_message
from community.mailing.formats.quoting import own_words

__all__ = [
    "BOUNCE",
    "MOST_MAIL",
    "REPLY",
    "Incoming",
    "Signed",
    "bounce_address",
    "own_words",
    "read_address",
    "read_message",
    "read_report",
    "reply_address",
]
