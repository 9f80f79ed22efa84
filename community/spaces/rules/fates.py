"""What becomes of each line of a list of people to invite: a pure function over what is known."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Collection, Mapping, Sequence

from community.spaces.rules.lists import ALIKE, Entry

AGAIN_AFTER = dt.timedelta(days=90)
"""Who said no is not written to for so long."""
SEATED = "member"
"""The role of who comes to learn, and needs a seat."""


class Fate(enum.StrEnum):
    """What becomes of a line."""

    INVITE = "invite"
    NO_ADDRESS = "no_address"
    TWICE = "twice"
    MEMBER = "member"
    INVITED = "invited"  # ``since`` says since when
    DECLINED = "declined"  # ``since`` says when
    UNKNOWN_ROLE = "unknown_role"
    ABOVE = "above"  # a role above the inviter's own
    NO_SEAT = "no_seat"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of the addresses of a list in one space.

    Nothing of it depends on whether an address has an account: an organiser sees who belongs to the
    space, and learns no more by asking. ``seats``: how many more may be invited to learn.
    """

    members: Collection[str]
    invited: Mapping[str, dt.datetime]
    declined: Mapping[str, dt.datetime]
    seats: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """A line and what becomes of it."""

    entry: Entry
    fate: Fate
    role: str = ""
    since: dt.datetime | None = None


def judge_list(
    entries: Sequence[Entry], facts: Facts, *, role: str, grants: Mapping[str, bool]
) -> list[Judged]:
    """Return what becomes of each line, in order; ``role`` is for who has none beside them.

    ``grants`` holds every role there is, and whether the inviter may give it.
    """
    seen: set[str] = set()
    left = facts.seats
    found: list[Judged] = []
    for entry in entries:
        wanted = ALIKE.get(entry.role, entry.role) or role
        judged = _judge(entry, wanted, facts, seen, grants)
        if judged.fate is Fate.INVITE and wanted == SEATED and left is not None:
            if left <= 0:
                judged = Judged(entry, Fate.NO_SEAT, wanted)
            left -= 1
        seen.add(entry.email)
        found.append(judged)
    return found


def _judge(
    entry: Entry, wanted: str, facts: Facts, seen: Collection[str], grants: Mapping[str, bool]
) -> Judged:
    email = entry.email
    if not email:
        return Judged(entry, Fate.NO_ADDRESS)
    if email in seen:
        return Judged(entry, Fate.TWICE, wanted)
    if email in facts.members:
        return Judged(entry, Fate.MEMBER, wanted)
    if email in facts.invited:
        return Judged(entry, Fate.INVITED, wanted, facts.invited[email])
    if email in facts.declined:
        return Judged(entry, Fate.DECLINED, wanted, facts.declined[email])
    if wanted not in grants:
        return Judged(entry, Fate.UNKNOWN_ROLE)
    return Judged(entry, Fate.INVITE if grants[wanted] else Fate.ABOVE, wanted)
