"""What kinds of thread and roles of authors are called."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.discussions.models import ThreadKind
from community.discussions.queries import Shown
from community.kernel.errors import NotFound
from community.kernel.mail import sends_mail
from community.spaces.models import Role

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
HINTS = {
    ThreadKind.QUESTION: _l("Something you would like to understand."),
    ThreadKind.DISCUSSION: _l("A matter to think about together."),
    ThreadKind.ANNOUNCEMENT: _l("What everybody in this space should know."),
    ThreadKind.ASK: _l("Something you need from others: data, an introduction, an hour."),
    ThreadKind.OFFER: _l("Something you can give."),
    ThreadKind.SHOW_AND_TELL: _l("Something you made or learned."),
}
ROLES = {
    Role.OWNER: _l("Organiser"),
    Role.ORGANISER: _l("Organiser"),
    Role.FACILITATOR: _l("Facilitator"),
}


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
