"""The matrix, live: facilitators hear of every change, nobody else does."""

import pytest
from conftest import acting

from community.progress.operations import decide, report_reading
from community.progress.rules.states import Status
from community.spaces.models import Role
from community.spaces.operations import change_role

CHANGED, UNLOCKED = "progress.cell_changed", "progress.module_unlocked"


def watch(socket, cast):
    return socket.ask("desk.join", {"run_id": str(cast.world.run)})


def read(live, cast, fraction, client_id):
    with live.app.app_context():
        report_reading(
            acting(cast.member),
            cast.world.run,
            cast.world.activities[0],
            fraction=fraction,
            client_id=client_id,
        )


def test_a_change_reaches_the_desk_at_once(live, cast):
    desk = live.connect(cast.facilitator)
    assert watch(desk, cast) == {}
    read(live, cast, 0.5, "event-001")
    read(live, cast, 1.0, "event-002")
    read(live, cast, 1.0, "event-002")
    assert [message["data"] for message in desk.heard(CHANGED)] == [
        {
            "enrolment_id": str(cast.mine),
            "activity_id": str(cast.world.activities[0]),
            "status": status,
            "percent": percent,
        }
        for status, percent in (("begun", 0), ("done", 12))
    ]


def test_a_module_that_opens_is_told(live, cast):
    desk = live.connect(cast.owner)
    watch(desk, cast)
    with live.app.app_context():
        for activity in cast.world.activities[:4]:
            decide(
                acting(cast.owner),
                cast.mine,
                activity,
                status=Status.WAIVED,
                reason="As I saw it.",
            )
    [message] = desk.heard(UNLOCKED)
    assert message["data"]["module_id"] == str(cast.world.modules[1])


@pytest.mark.parametrize("who", ["member", "observer", "outsider"])
def test_who_does_not_facilitate_hears_nothing(live, cast, who):
    socket = live.connect(cast.people[who])
    refusal = socket.refused("desk.join", {"run_id": str(cast.world.run)})
    assert refusal["status"] == (404 if who == "outsider" else 403)
    read(live, cast, 1.0, "event-001")
    assert socket.heard(CHANGED) == []


@pytest.mark.parametrize("fields", [{}, {"run_id": "x"}, {"run_id": None}, {"run_id": []}])
def test_a_desk_that_cannot_be_is_refused(live, cast, fields):
    refusal = live.connect(cast.owner).refused("desk.join", fields)
    assert (refusal["status"], list(refusal["fields"])) == (422, ["run_id"])


def test_a_facilitator_who_becomes_a_learner_stops_watching(live, cast):
    desk, owner = live.connect(cast.facilitator), live.connect(cast.owner)
    watch(desk, cast)
    watch(owner, cast)
    live.look()
    with live.app.app_context():
        change_role(acting(cast.owner), cast.world.space, cast.facilitator, role=Role.MEMBER)
    live.look()
    assert not desk.connected
    read(live, cast, 1.0, "event-001")
    assert len(owner.heard(CHANGED)) == 1
