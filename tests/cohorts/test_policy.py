"""Who sees a run and who runs it: role by rule."""

import pytest
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.spaces import join, make_space

from community.cohorts.models import Run
from community.cohorts.policy import (
    may_close_run,
    may_open_run,
    visible_runs,
)
from community.cohorts.queries import my_runs, run_of
from community.kernel.db import db
from community.spaces.models import Role
from community.spaces.operations import remove_member

#                       sees   leads
TABLE = {
    Role.OWNER: (True, True),
    Role.ORGANISER: (True, True),
    Role.FACILITATOR: (True, False),
    Role.MEMBER: (True, False),
    Role.OBSERVER: (True, False),
    None: (False, False),
    "left": (False, False),
    "member of another run": (False, False),
    "owner of the network": (False, False),
    "facilitator of the network": (False, False),
    "member of the network": (False, False),
    "administrator": (False, False),
    "signed out": (False, False),
}


def context_of(app, cohort, who):
    if who == "signed out":
        return acting(None)
    user_id = make_user(app)
    if isinstance(who, Role):
        join(app, cohort.space_id, user_id, who)
    elif who == "left":
        join(app, cohort.space_id, user_id, Role.MEMBER)
        remove_member(acting(user_id), cohort.space_id, user_id)
    elif who == "member of another run":
        join(app, make_space(app), user_id, Role.OWNER)
    elif who and who.endswith("of the network"):
        join(app, cohort.network_id, user_id, Role(who.split()[0]))
    return acting(user_id, admin=who == "administrator")


@pytest.mark.parametrize(("who", "expected"), TABLE.items(), ids=str)
def test_the_table_of_roles(app, inside, who, expected):
    cohort = make_cohort(app)
    ctx = context_of(app, cohort, who)
    sees, leads = expected
    assert [run.id for run in db.session.scalars(visible_runs(ctx))] == [cohort.run_id] * sees
    assert [line.id for line in my_runs(ctx)] == [cohort.run_id] * sees
    found = run_of(ctx, cohort.space_id)
    assert (found is not None) is sees
    run = db.session.get_one(Run, cohort.run_id)
    assert may_open_run(ctx, run) is leads
    assert may_close_run(ctx, run) is leads
