"""Why a post is reported, and why something is decided about it or about who wrote it."""

import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

FOR_GOOD = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)
"""Stands in a place for "until it is lifted", so that one comparison with the clock says all."""


class Reason(enum.StrEnum):
    """Why a post is reported, and why it is decided about."""

    UNKIND = "unkind"
    PRIVATE = "private"
    DANGEROUS = "dangerous"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


REASONS: Mapping[Reason, Any] = {
    Reason.UNKIND: _l("It is unkind, or attacks somebody"),
    Reason.PRIVATE: _l("It tells something private about a person"),
    Reason.DANGEROUS: _l("It may be illegal, or put somebody in danger"),
    Reason.ADVERTISING: _l("It advertises, or says the same again and again"),
    Reason.OFF_TOPIC: _l("It does not belong here"),
    Reason.OTHER: _l("Something else"),
}
"""The same in the words that people choose from and are told."""
