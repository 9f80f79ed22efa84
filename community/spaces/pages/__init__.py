"""The people of a space, and the way in by an invitation link."""

from community.spaces.pages.blueprint import pages
from community.spaces.pages.joining import join
from community.spaces.pages.people import change, invite, people, remove, revoke

__all__ = ["change", "invite", "join", "pages", "people", "remove", "revoke"]
