"""What kinds of thread and roles of authors are called, and what forms say of a space."""

import datetime as dt
import uuid

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.discussions.models import ReactionKind, ThreadKind
from community.discussions.queries import Shown, posts_standing, usual_answer
from community.discussions.rules import Level, is_newcomer, links_in_words
from community.kernel.context import Context
from community.kernel.errors import NotFound
from community.kernel.mail import sends_mail
from community.spaces.models import Role
from community.spaces.policy import belongs_to, facilitates

KINDS = {
    ThreadKind.QUESTION: _l("Question"),
    ThreadKind.DISCUSSION: _l("Discussion"),
    ThreadKind.ANNOUNCEMENT: _l("Announcement"),
    ThreadKind.ASK: _l("Ask"),
    ThreadKind.OFFER: _l("Offer"),
    ThreadKind.SHOW_AND_TELL: _l("Show and tell"),
}
SEVERAL = {
    ThreadKind.QUESTION: _l("Questions"),
    ThreadKind.DISCUSSION: _l("Discussions"),
    ThreadKind.ANNOUNCEMENT: _l("Announcements"),
    ThreadKind.ASK: _l("Asks"),
    ThreadKind.OFFER: _l("Offers"),
    ThreadKind.SHOW_AND_TELL: _l("Show and tell"),
}
VIEWS = {
    Shown.LATEST: _l("Latest"),
    Shown.UNREAD: _l("Unread"),
    Shown.UNANSWERED: _l("Unanswered"),
    Shown.MINE: _l("Mine"),
}
LEVELS = {
    Level.WATCHING: (_l("Watching"), _l("You hear of every post.")),
    Level.TRACKING: (
        _l("Tracking"),
        _l("New posts are counted. You hear of answers to you, and where you are mentioned."),
    ),
    Level.NORMAL: (
        _l("Normal"),
        _l("New posts are not counted. You hear of answers to you, and where you are mentioned."),
    ),
    Level.MUTED: (
        _l("Muted"),
        _l("Nothing is counted. You hear of answers to your own posts alone."),
    ),
}
"""What levels are called, and what they mean."""
HINTS = {
    ThreadKind.QUESTION: _l("Something you would like to understand."),
    ThreadKind.DISCUSSION: _l("A matter to think about together."),
    ThreadKind.ANNOUNCEMENT: _l("What everybody in this space should know."),
    ThreadKind.ASK: _l("Something you need from others: data, an introduction, an hour."),
    ThreadKind.OFFER: _l("Something you can give."),
    ThreadKind.SHOW_AND_TELL: _l("Something you made or learned."),
}
REACTIONS = {
    ReactionKind.THANKS: ("thanks", _l("Thanks")),
    ReactionKind.HELPFUL: ("helpful", _l("Helpful")),
    ReactionKind.AGREE: ("agree", _l("I agree")),
    ReactionKind.CURIOUS: ("curious", _l("Curious")),
    ReactionKind.CELEBRATE: ("celebrate", _l("Well done")),
    ReactionKind.HEART: ("heart", _l("With you")),
}
"""An icon and a word for each kind of reaction, in the order in which they are shown."""
ROLES = {
    Role.OWNER: _l("Organiser"),
    Role.ORGANISER: _l("Organiser"),
    Role.FACILITATOR: _l("Facilitator"),
}

FROM_ARCHIVE = _l("From an archive")
"""Beside the name of somebody who wrote elsewhere, and has no account here."""

_PROMISES = {
    1: _l("Questions here are usually answered within an hour."),
    24: _l("Questions here are usually answered within a day."),
    72: _l("Questions here are usually answered within three days."),
    168: _l("Questions here are usually answered within a week."),
}


def promise_of(ctx: Context, space_id: uuid.UUID) -> str:
    """Return how soon questions of a space are usually answered; empty where it cannot be said."""
    wait = usual_answer(ctx, space_id)
    return str(_PROMISES[wait // dt.timedelta(hours=1)]) if wait else ""


def newness_of(ctx: Context, space_id: uuid.UUID) -> str:
    """Return what holds for posts of the actor while they are new in a space; empty for nothing.

    One statement, and only where who leads the space has set anything for who is new.
    """
    if facilitates(ctx, space_id):
        return ""
    space = belongs_to(ctx, space_id)
    first, links = space.approve_first, space.newcomer_links
    if not first and links is None:
        return ""
    standing, told = posts_standing(ctx, space_id), []
    if links is not None and is_newcomer(standing):
        told.append(links_in_words(links))
    if first and is_newcomer(standing, first):
        told.append(str(_("Your first posts here wait for approval.")))
    return " ".join(told)


def hint_of(kind: ThreadKind) -> str:
    """Return what a kind of thread is for, and who hears of it by letter."""
    if kind is ThreadKind.ANNOUNCEMENT and sends_mail():
        return str(_("%(hint)s They get it as a letter, too.", hint=HINTS[kind]))
    return str(HINTS[kind])


def kind_of(value: str | None) -> ThreadKind | None:
    """Return the kind an address names, None where it names none. Raises NotFound."""
    try:
        return ThreadKind(value) if value else None
    except ValueError:
        raise NotFound(_("There is no such kind of thread.")) from None
