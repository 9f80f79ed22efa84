import pytest
from conftest import acting
from factories.accounts import make_user
from factories.spaces import join, make_space
from realtime_client import open_door

from community.discussions.models import ThreadKind
from community.discussions.operations import post_reply, start_thread
from community.notifications.queries import entries_of, told_in_entries, unread_entries
from community.spaces.models import Role


class Table:
    """A space that Olu owns, with Ana and Bo; what they write, and what is in their inboxes."""

    def __init__(self, app):
        self.app = app
        self.space = make_space(app, "Cohort 9", slug="cohort-9")
        self.olu = self.person("Olu Ade", Role.OWNER)
        self.ana = self.person("Ana Lima")
        self.bo = self.person("Bo Chen")

    def person(self, name, role=Role.MEMBER):
        made = make_user(self.app, name)
        join(self.app, self.space, made, role)
        return made

    def do(self, act, by, *args, **more):
        with self.app.app_context():
            return act(acting(by), *args, **more)

    def begin(self, by, body="Let us talk.", kind=ThreadKind.DISCUSSION, title="The well"):
        return self.do(start_thread, by, self.space, kind=kind, title=title, body=body).id

    def reply(self, by, thread, body="I think so.", **more):
        return self.do(post_reply, by, thread, body=body, **more)

    def entries(self, reader, **asked):
        with self.app.app_context():
            ctx = acting(reader)
            return told_in_entries(ctx, entries_of(ctx, **asked).items)

    def unread(self, reader):
        with self.app.app_context():
            return unread_entries(acting(reader))


@pytest.fixture
def table(app):
    return Table(app)


@pytest.fixture
def live(app, settings, browse):
    """An application whose live door is open, over the same database."""
    with open_door(settings, browse) as door:
        yield door
