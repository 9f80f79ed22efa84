"""The people of a space, inviting them, and the way in by an invitation."""

from community.spaces.pages.blueprint import pages
from community.spaces.pages.inviting import invite, inviting, revoke
from community.spaces.pages.joining import decline, join
from community.spaces.pages.lists import check_list, resend, resend_all, send_list
from community.spaces.pages.people import change, people, remove
from community.spaces.pages.person import person, picture

__all__ = [
    "change",
    "check_list",
    "decline",
    "invite",
    "inviting",
    "join",
    "pages",
    "people",
    "person",
    "picture",
    "remove",
    "resend",
    "resend_all",
    "revoke",
    "send_list",
]
