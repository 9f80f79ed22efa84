import dataclasses
import uuid

import pytest
from conftest import acting
from factories.academy import course_source, module_source
from factories.accounts import make_user
from factories.certificates import code_of, make_certificate
from factories.progress import World, enrolment_id_of, make_learner, make_member, make_run

from community.certificates.rules import grouped
from community.spaces.models import Role
from community.spaces.operations import add_member


@dataclasses.dataclass(frozen=True)
class Honours:
    """An open run with a learner who has a certificate, who leads it, and others."""

    world: World
    learner: uuid.UUID
    enrolment: uuid.UUID
    certificate: uuid.UUID
    code: str
    facilitator: uuid.UUID
    other: uuid.UUID
    """Another learner, without a certificate."""
    others: uuid.UUID
    """The other's enrolment."""
    outsider: uuid.UUID

    @property
    def page(self) -> str:
        return f"/certificates/{self.certificate}"

    @property
    def path(self) -> str:
        return f"/api/v1/certificates/{self.certificate}"

    @property
    def verify(self) -> str:
        return f"/verify/{grouped(self.code)}"

    @property
    def organiser(self) -> uuid.UUID:
        return self.world.owner


@pytest.fixture
def honours(app):
    modules = (module_source(1), module_source(2))  # nothing opens later: it can be completed
    world = make_run(app, course_source(modules=modules))
    facilitator = make_member(app, world, "Fatou Lead", Role.FACILITATOR)
    learner = make_user(app, "Zoë Álvarez", email="zoe@example.org")
    with app.app_context():
        add_member(acting(world.owner), world.space, learner, role=Role.MEMBER)
    enrolment = enrolment_id_of(app, world, learner)
    other, others = make_learner(app, world, "Ben Other")
    certificate = make_certificate(app, enrolment)
    return Honours(
        world=world,
        learner=learner,
        enrolment=enrolment,
        certificate=certificate,
        code=code_of(app, certificate),
        facilitator=facilitator,
        other=other,
        others=others,
        outsider=make_user(app, "Out Sider"),
    )
