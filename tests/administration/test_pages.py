"""What administrators look after, and that nobody else learns of it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from conftest import acting, browser, make_settings
from factories.accounts import make_sign_in, make_user
from factories.discussions import make_thread
from factories.forms import without_token
from factories.progress import make_learner, make_run, settle
from factories.spaces import join, make_space

from community.accounts.models import RegistrationMode, User
from community.accounts.operations import (
    appoint_administrator,
    delete_account,
    dismiss_administrator,
    switch_off_account,
    switch_on_account,
)
from community.accounts.queries import DOORKEEPER, registration_mode
from community.administration import queries
from community.administration.pages.sentences import SENTENCES
from community.app import create_app
from community.cli.main import community
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.doors import is_for_administrators
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.kernel.events import Event
from community.kernel.keys import new_key
from community.kernel.log import EventRow
from community.kernel.operation import record, unit_of_work
from community.progress.events import ProgressMade
from community.spaces.models import Role, Space, SpaceKind
from community.spaces.operations import archive_space

PAGES = ("people", "spaces", "settings", "audit")


@pytest.fixture
def admin(app):
    return make_user(app, "Ada Min", admin=True)


@pytest.fixture
def ana(app):
    return make_user(app, "Ana Lima", email="ana@example.org")


def office(user_id):
    return acting(user_id, admin=True)


@pytest.mark.parametrize("page", PAGES)
def test_who_is_no_administrator_finds_no_such_page(browse, ana, page):
    client = browse(ana)
    hidden, missing = client.get(f"/administration/{page}"), client.get(f"/threads/{ana}")
    assert hidden.status_code == missing.status_code == 404
    assert without_token(hidden) == without_token(missing)


def test_nobody_is_asked_to_prove_who_they_are_for_a_page_that_is_not_there(app, browse, ana):
    client = browse(None)
    key = make_sign_in(app, ana, proved_at=acting(ana).now - dt.timedelta(hours=1))
    with client.session_transaction() as session:
        session["_user_id"] = str(key)
    assert client.get("/administration/settings").status_code == 404


def test_every_page_of_the_office_is_marked_as_one(app):
    theirs = [
        view
        for endpoint, view in app.view_functions.items()
        if endpoint.startswith("administration.")
    ]
    assert len(theirs) >= len(PAGES)
    assert all(is_for_administrators(view) for view in theirs)


@pytest.mark.parametrize("page", PAGES)
def test_an_administrator_reads_each_page(browse, admin, page):
    assert browse(admin).get(f"/administration/{page}").status_code == 200


def test_the_way_in_stands_in_an_administrators_menu_only(browse, admin, ana):
    assert "/administration/people" in browse(admin).get("/me").text
    assert "/administration" not in browse(ana).get("/me").text


def test_in_production_a_second_step_is_asked_for(settings, app, tmp_path, admin):
    made = create_app(make_settings(tmp_path, settings.database, mode="production"))
    try:
        weak = browser(made, admin).get("/administration/people")
        assert weak.status_code == 403
        assert "One step before Administration: set up a second step" in weak.text
        assert 'href="/me/factors"' in weak.text
        assert "Ask an organiser" not in weak.text
        strong = browser(made, None)
        with strong.session_transaction() as session:
            session["_user_id"] = str(make_sign_in(app, admin, strong=True))
        assert strong.get("/administration/people").status_code == 200
    finally:
        with made.app_context():
            for engine in db.engines.values():
                engine.dispose()


def test_people_are_found_by_a_part_of_name_or_address(app, browse, admin, ana):
    client = browse(admin)
    for looked_for in ("lima", "ANA@ex"):
        page = client.get(f"/administration/people?q={looked_for}").text
        assert "ana@example.org" in page
        assert "Ada Min" not in page.split("<search>")[-1].split("</main>")[0]
    assert "Nobody fits that" in client.get("/administration/people?q=%25").text
    make_user(app, "Élodie Ngũgĩ", email="z@example.org")
    for looked_for in ("ELODIE", "élo ngu", "NGŨGĨ", "z@EXAMPLE.org"):
        assert "Élodie" in client.get(f"/administration/people?q={looked_for}").text
    assert client.get("/administration/people?q=" + "x" * 121).status_code == 422


def test_many_people_are_shown_by_the_page_in_few_statements(app, browse, admin, count_queries):
    for number in range(60):
        make_user(app, f"Person {number:02} Lind")
    client = browse(admin)
    client.get("/administration/people")
    count_queries.clear()
    page = client.get("/administration/people").text
    assert len(count_queries) <= 10
    assert page.count("@example.org") == queries.AT_ONCE
    assert 'rel="next"' in page


def test_who_is_shut_out_is_out_at_once_and_let_in_again(app, browse, admin, ana):
    theirs, mine = browse(ana), browse(admin)
    assert theirs.get("/me").status_code == 200
    assert mine.post(f"/administration/people/{ana}/switch-off").status_code == 303
    assert theirs.get("/me").status_code == 302
    page = mine.get("/administration/people").text
    assert "Shut out" in page
    assert mine.post(f"/administration/people/{ana}/switch-on").status_code == 303
    assert theirs.get("/me").status_code == 302  # the old sign-in is over
    assert browse(ana).get("/me").status_code == 200


def test_an_administrator_is_appointed_and_dismissed(app, browse, admin, ana):
    client = browse(admin)
    client.post(f"/administration/people/{ana}/appoint")
    DOORKEEPER.forget(ana)
    assert browse(ana).get("/administration/people").status_code == 200
    client.post(f"/administration/people/{ana}/dismiss")
    assert browse(ana).get("/administration/people").status_code == 404


def test_the_last_administrator_stays_and_nobody_shuts_themself_out(app, browse, admin):
    with app.app_context():
        with pytest.raises(Conflict, match="only administrator"):
            dismiss_administrator(office(admin), admin)
        with pytest.raises(Conflict, match="your own"):
            switch_off_account(office(admin), admin)
    answer = browse(admin).post(f"/administration/people/{admin}/dismiss")
    assert answer.status_code == 409
    assert "Appoint somebody else first" in answer.text


def test_who_is_shut_out_is_not_appointed(app, admin, ana):
    with app.app_context():
        switch_off_account(office(admin), ana)
        with pytest.raises(Conflict, match="switched off"):
            appoint_administrator(office(admin), ana)
        switch_on_account(office(admin), ana)


@pytest.mark.parametrize(
    "act", [switch_off_account, switch_on_account, appoint_administrator, dismiss_administrator]
)
def test_nobody_else_does_any_of_it(app, admin, ana, act):
    with app.app_context(), pytest.raises(Forbidden):
        act(acting(ana), admin)


def test_a_deleted_account_is_none_to_administer(app, browse, admin, ana):
    with app.app_context():
        delete_account(acting(ana))
        with pytest.raises(NotFound):
            switch_on_account(office(admin), ana)
    assert "Former member" not in browse(admin).get("/administration/people").text


def test_a_space_is_archived_and_opened_again_but_never_the_network(app, browse, admin, ana):
    space = make_space(app, "Cohort 9")
    network = make_space(app, "The network", kind=SpaceKind.NETWORK)
    join(app, space, ana, Role.OWNER)
    client = browse(admin)
    assert "Cohort 9" in client.get("/administration/spaces").text
    assert client.post(f"/administration/spaces/{space}/archive").status_code == 303
    with app.app_context():
        assert db.session.get_one(Space, space).archived_at is not None
    assert browse(ana).get("/administration/spaces").status_code == 404
    assert client.post(f"/administration/spaces/{space}/reopen").status_code == 303
    with app.app_context():
        assert db.session.get_one(Space, space).archived_at is None
    assert client.post(f"/administration/spaces/{network}/archive").status_code == 403


def test_a_member_who_is_no_owner_cannot_archive(app, ana):
    space = make_space(app, "Cohort 9")
    join(app, space, ana, Role.ORGANISER)
    with app.app_context(), pytest.raises(NotFound):
        archive_space(acting(ana), space)


def test_administrators_see_names_of_spaces_and_not_what_is_in_them(app, browse, admin, ana):
    space = make_space(app, "Cohort 9")
    join(app, space, ana, Role.OWNER)
    make_thread(app, space, ana, title="A heron", body="Words of theirs.")
    client = browse(admin)
    for page in PAGES:
        text = client.get(f"/administration/{page}").text
        assert "A heron" not in text
        assert "Words of theirs" not in text
    assert client.get(f"/spaces/{space}").status_code == 404


def test_registration_is_set_for_the_whole_site(app, browse, admin):
    client = browse(admin)
    assert client.post("/administration/settings", data={"registration": "open"}).status_code == 303
    with app.app_context():
        assert registration_mode() is RegistrationMode.OPEN
    assert client.post("/administration/settings", data={"registration": "x"}).status_code == 422
    with app.app_context():
        assert registration_mode() is RegistrationMode.OPEN


def test_the_log_says_who_did_what_and_is_narrowed_by_person_and_kind(app, browse, admin, ana):
    with app.app_context():
        switch_off_account(office(admin), ana)
        switch_on_account(office(admin), ana)
    client = browse(admin)
    page = client.get("/administration/audit").text
    assert "Account switched off" in page
    assert "user: Ana Lima" in page
    assert "Ada Min" in page
    assert "Account switched off" in client.get("/administration/audit?what=accounts").text
    assert "Account switched off" not in client.get("/administration/audit?what=live").text
    assert "Nothing fits that" in client.get(f"/administration/audit?who={ana}").text
    assert client.get("/administration/audit?who=x").status_code == 422


def test_the_log_leaves_out_what_learners_did_unless_it_is_asked_for(app, browse, admin, ana):
    made = ProgressMade(
        run_id=new_key(),
        enrolment_id=new_key(),
        user_id=ana,
        activity_id=new_key(),
        status="completed",
        percent=10,
    )
    with app.app_context(), unit_of_work(Context.begin(ana)):
        record(made)
    client = browse(admin)
    for asked, shown in (("", False), ("?what=progress", True), (f"?who={ana}", True)):
        page = client.get(f"/administration/audit{asked}").text
        assert ("Ana Lima went on in a run" in page) is shown


def test_the_log_is_paged_in_few_statements(app, browse, admin, ana, count_queries):
    for _each in range(30):
        with app.app_context():
            switch_off_account(office(admin), ana)
            switch_on_account(office(admin), ana)
    client = browse(admin)
    client.get("/administration/audit")
    count_queries.clear()
    page = client.get("/administration/audit").text
    assert len(count_queries) <= 10
    assert 'rel="next"' in page


def test_each_of_these_acts_is_in_the_log_with_who_did_it(app, admin, ana):
    space = make_space(app, "Cohort 9")
    with app.app_context():
        for act in (
            switch_off_account,
            switch_on_account,
            appoint_administrator,
            dismiss_administrator,
        ):
            act(office(admin), ana)
        archive_space(office(admin), space)
        rows = db.session.execute(
            sa.select(EventRow.name, EventRow.actor_id).order_by(EventRow.happened_at, EventRow.id)
        ).all()
    assert [tuple(row) for row in rows] == [
        ("accounts.account_switched_off", admin),
        ("accounts.account_switched_on", admin),
        ("accounts.administrator_appointed", admin),
        ("accounts.administrator_dismissed", admin),
        ("spaces.space_archived", admin),
    ]


def test_the_command_line_finds_an_address_as_it_is_kept_among_many(app):
    for number in range(60):  # more than a page, all before it by their names
        make_user(app, f"Ab {number}", email=f"{number}strasse@example.org")
    last = make_user(app, "Zoe", email="strasse@example.org")
    args = ["people", "switch-off", "STRA\u1e9eE@example.org"]
    said = CliRunner().invoke(community, args, obj=lambda: app)
    assert said.exit_code == 0, said.output
    with app.app_context():
        shut = db.session.scalars(sa.select(User.id).where(User.deactivated_at.is_not(None))).all()
    assert shut == [last]
    args = ["people", "switch-off", "nobody@example.org"]
    assert CliRunner().invoke(community, args, obj=lambda: app).exit_code == 2


def test_what_happened_in_a_run_is_a_sentence_with_its_learner(app, browse, admin):
    client = browse(admin)
    world = make_run(app)
    user, _mine = make_learner(app, world, "Ana Lind")
    settle(app, world, user, range(1))
    page = client.get("/administration/audit?what=cohorts").text
    assert "Ana Lind was enrolled in Cohort 9" in page
    assert "Cohort 9 was opened" in page
    assert "It was decided where Ana Lind stands in Cohort 9" in (
        client.get("/administration/audit?what=progress").text
    )
    assert "Enrolment id" not in page


def test_each_event_of_courses_has_a_sentence(app):
    told = {name.partition(":")[0] for name in SENTENCES}
    features = ("academy.", "certificates.", "cohorts.", "coursework.", "progress.")
    assert told == {name for name in Event.registry if name.startswith(features)}
