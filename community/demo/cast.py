"""Brings the people into being, the network they share, and the runs they take part in."""

import dataclasses
import datetime as dt
import random
import uuid

from community.academy.formats.folder import read_folder
from community.academy.kinds.builtin import KINDS
from community.academy.operations import import_course
from community.accounts.formats.pictures import squares_of
from community.accounts.models import Audience
from community.accounts.operations import change_profile, register_user, set_picture
from community.cohorts.operations import close_run, create_run, open_run
from community.demo.calendar import BREAKS, WEEKS, ZONE, PlannedRun
from community.demo.faces import draw_face
from community.demo.material import Person
from community.demo.story import Act, Story
from community.kernel.context import Context
from community.kernel.keys import new_key
from community.kernel.resources import resource
from community.spaces.models import Role
from community.spaces.operations import add_member, found_network

COURSE = "data-stewardship-academy"
PROFILE = dt.timedelta(minutes=20)  # after they came, people say who they are
FACELESS = {"mitra-sengupta", "marcus-delacroix", "pema-lhamo"}
PREPARED = dt.timedelta(weeks=6)  # before the first day, organisers lay out a run


@dataclasses.dataclass(slots=True)
class Cast:
    """The demo network as it comes into being: ids by the keys of the material."""

    password_hash: str
    network_id: uuid.UUID = dataclasses.field(default_factory=new_key)
    version_id: uuid.UUID = dataclasses.field(default_factory=new_key)
    people: dict[str, uuid.UUID] = dataclasses.field(default_factory=dict)
    runs: dict[str, uuid.UUID] = dataclasses.field(default_factory=dict)
    spaces: dict[str, uuid.UUID] = dataclasses.field(default_factory=dict)

    @property
    def owner(self) -> uuid.UUID:
        return next(iter(self.people.values()))


@dataclasses.dataclass(frozen=True, slots=True)
class RunStory:
    """The story of one run: who hosts it, and the chance that makes people differ."""

    story: Story
    cast: Cast
    run: PlannedRun
    host: str
    chance: random.Random

    @property
    def host_id(self) -> uuid.UUID:
        return self.cast.people[self.host]


def tell_network(
    story: Story, cast: Cast, people: list[Person], began: dt.datetime, name: str
) -> None:
    """Tell how the network was founded and who came: owner first, everybody a member of it."""
    cast.people = {person.key: new_key() for person in people}
    owner = people[0]

    def found(ctx: Context) -> None:
        space = found_network(
            dataclasses.replace(ctx, admin=True),
            email=owner.email,
            name=owner.name,
            password_hash=cast.password_hash,
            network_name=name,
            zone=owner.zone,
        )
        cast.network_id = space.id

    story.tell(began, cast.owner, found)
    story.tell(began + PROFILE, cast.owner, _present(owner))
    for number, person in enumerate(people[1:], 1):
        at = began + dt.timedelta(minutes=number)
        story.tell(at, cast.people[person.key], _register(cast, person))
        story.tell(at + PROFILE, cast.people[person.key], _present(person))
        role = Role.ORGANISER if person.role == "organiser" else Role.MEMBER
        story.tell(at, cast.owner, _admit(cast, "", cast.people[person.key], role))
    story.tell(began + dt.timedelta(hours=3), cast.owner, _import(cast))


def tell_run(story: Story, cast: Cast, planned: PlannedRun, people: list[Person]) -> None:
    """Tell how a run was laid out and opened, and who joined it."""
    began = min(planned.start - PREPARED, story.now - dt.timedelta(days=9))

    def create(ctx: Context) -> None:
        run = create_run(
            ctx,
            version_id=cast.version_id,
            name=planned.name,
            starts_on=planned.starts_on,
            weeks=WEEKS,
            zone=ZONE,
            capacity=planned.capacity,
            breaks=BREAKS,
        )
        cast.runs[planned.key], cast.spaces[planned.key] = run.id, run.space_id

    story.tell(began, cast.owner, create)
    opened = began + dt.timedelta(hours=1)
    story.tell(opened, cast.owner, lambda ctx: open_run(ctx, cast.runs[planned.key]))
    joined = opened
    for person in people[1:]:
        if planned.key not in person.runs:
            continue
        joined += dt.timedelta(minutes=47)
        at = planned.start + dt.timedelta(days=10) if person.pace == "new" else joined
        role = _role_in(person, planned.key)
        story.tell(at, cast.owner, _admit(cast, planned.key, cast.people[person.key], role))


def tell_end(story: Story, cast: Cast, planned: PlannedRun) -> None:
    """Tell how a run was closed, a week after its last."""
    over = planned.end + dt.timedelta(days=7)
    story.tell(over, cast.owner, lambda ctx: close_run(ctx, cast.runs[planned.key]))


def _role_in(person: Person, run: str) -> Role:
    if person.role in {"organiser", "observer"}:
        return Role(person.role)
    return Role.FACILITATOR if run in person.facilitates else Role.MEMBER


def _register(cast: Cast, person: Person) -> Act:
    def register(ctx: Context) -> None:
        register_user(
            ctx,
            email=person.email,
            name=person.name,
            password_hash=cast.password_hash,
            zone=person.zone,
            language="en",
        )

    return register


def _present(person: Person) -> Act:
    """Return how somebody says who they are; most who say something show a face, too."""
    said = dict(person.said)
    visible = {field: Audience(to) for field, to in said.pop("visible", {}).items()}

    def present(ctx: Context) -> None:
        if person.role != "observer":
            change_profile(ctx, organisation=person.organisation, visible=visible, **said)
        if said and person.key not in FACELESS:
            set_picture(ctx, squares_of(draw_face(person.key)))

    return present


def _admit(cast: Cast, run: str, user_id: uuid.UUID, role: Role) -> Act:
    def admit(ctx: Context) -> None:
        space_id = cast.spaces[run] if run else cast.network_id
        add_member(ctx, space_id, user_id, role=role)

    return admit


def _import(cast: Cast) -> Act:
    def bring(ctx: Context) -> None:
        source = read_folder(resource("courses") / COURSE, KINDS)
        cast.version_id = import_course(ctx, cast.network_id, source).id

    return bring
