"""Runs, made as an organiser of the network makes them."""

import dataclasses
import datetime as dt
import uuid

from flask import Flask

from community.cohorts.operations import create_run, open_run
from community.kernel.context import Context
from community.spaces.models import Role, SpaceKind
from factories.academy import make_version
from factories.accounts import make_user
from factories.spaces import join, make_space

STARTS_ON = dt.date(2026, 9, 7)  # a Monday


@dataclasses.dataclass(frozen=True, slots=True)
class Cohort:
    """The ids of a run and what is around it; ``organiser_id`` owns its space."""

    network_id: uuid.UUID
    organiser_id: uuid.UUID
    version_id: uuid.UUID
    run_id: uuid.UUID
    space_id: uuid.UUID


def make_cohort(app: Flask, *, opened: bool = True, **more: object) -> Cohort:
    """Make a network, its organiser, a course, and a run of it, open unless said otherwise.

    ``more`` goes to ``create_run``; ``version_id`` names another version of a space that is there,
    with ``network_id`` and ``organiser_id``.
    """
    network_id = more.pop("network_id", None) or make_space(
        app, "The network", kind=SpaceKind.NETWORK
    )
    organiser_id = more.pop("organiser_id", None)
    if organiser_id is None:
        organiser_id = make_user(app, "Olu Ade")
        join(app, network_id, organiser_id, Role.OWNER)  # type: ignore[arg-type]
    version_id = more.pop("version_id", None) or make_version(app, network_id)  # type: ignore[arg-type]
    ctx = Context.begin(organiser_id)  # type: ignore[arg-type]
    values: dict[str, object] = {
        "version_id": version_id,
        "name": "Academy, cohort 9",
        "starts_on": STARTS_ON,
        "weeks": 8,
        "zone": "Africa/Nairobi",
        "capacity": 30,
        **more,
    }
    with app.app_context():
        run = create_run(ctx, **values)  # type: ignore[arg-type]
        if opened:
            open_run(Context.begin(organiser_id), run.id)  # type: ignore[arg-type]
    return Cohort(network_id, organiser_id, version_id, run.id, run.space_id)  # type: ignore[arg-type]
