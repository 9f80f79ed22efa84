"""The desk as its run stands: planned, open, closed; opening and closing it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from factories.home import make_cast, words
from factories.progress import enrolment_id_of, run_row
from factories.spaces import make_letter

from community.cohorts.models import Enrolment, Run, RunState
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.progress.operations import nudge


def change(app, statement) -> None:
    with app.app_context(), unit_of_work(Context.begin(None)):
        db.session.execute(statement)


def path_of(cast) -> str:
    return f"/spaces/{cast.world.slug}/manage"


def desk(browse, cast, who="owner") -> str:
    found = browse(getattr(cast, who)).get(path_of(cast))
    assert found.status_code == 200
    return words(found)


def test_a_quiet_day_of_a_run_that_is_not_open_or_is_closed_says_that(app, browse):
    cast = make_cast(app, weeks_ago=-6, opened=False)
    said = desk(browse, cast)
    assert "Nothing needs you today Learners cannot begin yet" in said
    assert "nobody fades" not in said
    change(app, sa.update(Run).values(state=RunState.CLOSED, closed_at=dt.datetime.now(dt.UTC)))
    said = desk(browse, cast)
    assert "Nothing needs you today The run is closed" in said
    assert "nobody fades" not in said


def test_whom_somebody_wrote_to_this_week_is_not_asked_for_again(app, browse):
    cast = make_cast(app)
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=12)
    change(app, sa.update(Run).values(opened_at=long_ago))
    change(app, sa.update(Enrolment).values(enrolled_at=long_ago))
    assert "1 learner is fading, and nobody has taken them on" in desk(browse, cast)
    with app.app_context():
        hers = enrolment_id_of(app, cast.world, cast.member)
        nudge(Context.begin(cast.owner), hers, subject="How are you?", text="We miss you.")
    assert "is fading, and nobody" not in desk(browse, cast, "facilitator")


def test_while_nobody_has_joined_the_desk_says_how_many_are_invited(app, browse):
    cast = make_cast(app, weeks_ago=-6)
    change(app, sa.update(Run).values(enrolled=0))
    said = desk(browse, cast)
    assert "Nobody has joined yet" in said
    assert "Invite people" in said
    for number in range(3):
        make_letter(app, cast.world.space, cast.owner, email=f"someone{number}@example.org")
    said = desk(browse, cast)
    assert "Nobody has joined yet" not in said
    assert "3 people are invited, and none has answered yet" in said
    assert "See the letters" in said


def test_an_organiser_opens_a_run_and_may_click_twice(app, browse):
    cast = make_cast(app, opened=False)
    client = browse(cast.organiser)
    assert "Open the run" in words(client.get(path_of(cast)))
    opened = client.post(path_of(cast) + "/open")
    assert opened.status_code == 303
    assert run_row(app, cast.world).state is RunState.OPEN
    assert "The run is open." in words(client.get(opened.headers["Location"]))
    again = client.post(path_of(cast) + "/open", follow_redirects=True)
    assert "This run is open already." in words(again)


def test_a_run_that_begins_in_six_weeks_can_be_opened_and_says_what_that_does(app, browse):
    cast = make_cast(app, weeks_ago=-6, opened=False)
    said = desk(browse, cast)
    assert "run is not open yet" not in said.split("At a glance")[0]
    assert "This cannot be taken back. Open the run" in said.split("Settings")[1]
    browse(cast.owner).post(path_of(cast) + "/open")
    assert run_row(app, cast.world).state is RunState.OPEN
    assert "Open the run" not in desk(browse, cast)


def test_an_organiser_closes_a_run_and_what_is_there_stays(app, cast, browse):
    client = browse(cast.organiser)
    closed = client.post(path_of(cast) + "/close", follow_redirects=True)
    assert run_row(app, cast.world).state is RunState.CLOSED
    said = words(closed)
    assert "The run is closed. What is here stays to be read." in said
    assert "Amina Otieno" in said
    assert "Close the run" not in said
    today = localtime.say(run_row(app, cast.world).closed_at, "UTC", "en", "day")
    assert f"Over since {today}." in said


@pytest.mark.parametrize("act", ["open", "close"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("facilitator", 403), ("member", 403), ("observer", 403), ("outsider", 404)],
)
def test_nobody_but_an_organiser_opens_or_closes_a_run(app, browse, act, who, status):
    cast = make_cast(app, opened=act == "close")
    before = run_row(app, cast.world).state
    found = browse(getattr(cast, who)).post(f"{path_of(cast)}/{act}")
    assert found.status_code == status
    assert run_row(app, cast.world).state is before


def test_a_facilitator_is_told_who_opens_the_run(app, browse):
    cast = make_cast(app, opened=False)
    said = desk(browse, cast, "facilitator")
    assert "An organiser opens it." in said
    assert "Open the run" not in said


def test_a_form_without_its_token_opens_nothing(app, browse):
    cast = make_cast(app, opened=False)
    client = browse(cast.organiser)
    client.environ_base["HTTP_X_CSRFTOKEN"] = ""
    assert client.post(path_of(cast) + "/open").status_code == 400
    assert run_row(app, cast.world).state is RunState.PLANNED
