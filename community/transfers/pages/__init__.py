"""The pages on which talk comes in and goes out."""

from community.transfers.pages.blueprint import pages
from community.transfers.pages.feeds import (
    feeds,
    followed_feed,
    open_feeds,
    shut_feeds,
    space_feed,
    space_feed_way,
    thread_feed,
    thread_feed_way,
)
from community.transfers.pages.mail import (
    bring_mail,
    mail_import,
    mail_imports,
    mail_report,
    take_mail_back,
)
from community.transfers.pages.talk import remove_talk_export, take_along, talk_export

__all__ = [
    "bring_mail",
    "feeds",
    "followed_feed",
    "mail_import",
    "mail_imports",
    "mail_report",
    "open_feeds",
    "pages",
    "remove_talk_export",
    "shut_feeds",
    "space_feed",
    "space_feed_way",
    "take_along",
    "take_mail_back",
    "talk_export",
    "thread_feed",
    "thread_feed_way",
]
