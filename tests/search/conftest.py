"""A space in which people wrote something, and the index of it."""

import dataclasses
import uuid

import pytest
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread, reply
from factories.spaces import join, make_space

from community.discussions.models import ThreadKind
from community.kernel.jobs import run_everything
from community.search.models import EntryKind
from community.search.operations import rebuild
from community.search.queries.finding import search
from community.spaces.models import Role


@dataclasses.dataclass(frozen=True)
class Shore:
    """Two spaces; ``member`` and ``writer`` are in the first, ``stranger`` in the second."""

    app: object
    space: uuid.UUID
    other: uuid.UUID
    people: dict[str, uuid.UUID]
    threads: dict[str, uuid.UUID]

    def find(self, query, who="member", **more):
        """Return what somebody finds: the kind and the title of each."""
        return [(each.kind.value, each.name) for each in self.search(query, who, **more).items]

    def search(self, query, who="member", **more):
        with self.app.app_context():
            return search(acting(self.people[who]), query, **more)

    def act(self, operation, who, *args, **more):
        """Do something as somebody; the worker has not heard of it yet."""
        with self.app.app_context():
            return operation(acting(self.people[who]), *args, **more)

    def work(self):
        """Let the worker do what is owed."""
        run_everything(self.app)


THREADS = {
    "tide": ("Reading the tide tables", "Which gauge is right after the **storm** of March?"),
    "cafe": ("Café in Łódź", "Wir öffnen die Straße am Fluß. 日本語もあります。"),
    "code": ("How to parse dates", "Use this:\n\n```python\nprint('flamingo')\n```"),
}


@pytest.fixture
def shore(app):
    space, other = make_space(app, "Tide school", slug="tide-school"), make_space(app, "Far away")
    people = {
        name: make_user(app, f"{name.title()} Example")
        for name in ("member", "writer", "stranger", "leader")
    }
    for name in ("member", "writer"):
        join(app, space, people[name])
    join(app, space, people["leader"], Role.ORGANISER)
    join(app, other, people["stranger"])
    threads = {
        name: make_thread(app, space, people["writer"], title=title, body=body)
        for name, (title, body) in THREADS.items()
    }
    threads["far"] = make_thread(
        app,
        other,
        people["stranger"],
        title="Heron tide secret",
        body="Nobody else reads the gauge here.",
        kind=ThreadKind.DISCUSSION,
    )
    reply(app, threads["tide"], people["writer"], "The pelican gauge stopped in the storm.")
    with app.app_context():
        rebuild(acting(None))
    return Shore(app, space, other, people, threads)


POST, THREAD, PERSON = (kind.value for kind in (EntryKind.POST, EntryKind.THREAD, EntryKind.PERSON))
