"""A run in its second week with a person of each role, and somebody outside; a page as words."""

import dataclasses
import html
import re
import uuid

from flask import Flask

from community.kernel.context import Context
from community.spaces.models import Role
from community.spaces.operations import add_member
from factories.accounts import make_user
from factories.progress import World, make_member, make_run


@dataclasses.dataclass(frozen=True)
class Cast:
    """A run (see ``factories.progress.World``) and people around it, by their ids."""

    world: World
    owner: uuid.UUID
    organiser: uuid.UUID
    facilitator: uuid.UUID
    member: uuid.UUID
    observer: uuid.UUID
    outsider: uuid.UUID


def make_cast(app: Flask, **more: object) -> Cast:
    world = make_run(app, **more)  # type: ignore[arg-type]
    return Cast(
        world,
        owner=world.owner,
        organiser=make_member(app, world, "Oona Organiser", Role.ORGANISER),
        facilitator=make_member(app, world, "Ines Marchetti", Role.FACILITATOR),
        member=make_member(app, world, "Amina Otieno"),
        observer=make_member(app, world, "Olaf Observer", Role.OBSERVER),
        outsider=make_user(app, "Ulla Outsider"),
    )


def let_in(app: Flask, cast: Cast, user_id: uuid.UUID, role: Role) -> None:
    """Let somebody who is there into the run's space."""
    with app.app_context():
        add_member(Context.begin(cast.owner), cast.world.space, user_id, role=role)


def words(response: object) -> str:
    """Return the words of a page's content as a reader meets them."""
    page = response.get_data(as_text=True)  # type: ignore[attr-defined]
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", main[0] if main else page)
    return re.sub(r"\s+", " ", html.unescape(text))
