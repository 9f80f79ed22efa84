"""Looking after a learner: a nudge by letter, kept; and who has taken whom."""

import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.forms import send
from factories.home import words
from factories.progress import close, enrolment_id_of, make_learners, make_member, make_run
from letters import text_of

from community.accounts.models import User
from community.cohorts.models import Run
from community.correspondence.operations import stop_letters
from community.correspondence.queries import stop_token
from community.correspondence.rules import LetterKind
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.kernel.jobs import run_everything
from community.progress.models import Care, Nudge
from community.progress.operations import give_back, nudge, take_on
from community.progress.queries import row_of
from community.spaces.models import Role
from community.spaces.operations import change_role, remove_member

TEXT = "Dear Ana,\n\nHow are you?\n\nOlga"


@pytest.fixture
def world(inside):
    return make_run(inside)


@pytest.fixture
def ana(inside, world):
    [user_id] = make_learners(inside, world, ["Ana Lind"])
    return user_id


@pytest.fixture
def hers(inside, world, ana):
    return enrolment_id_of(inside, world, ana)


def address_of(user_id):
    return db.session.scalar(sa.select(User.email).where(User.id == user_id))


def row(world, hers):
    return row_of(acting(world.owner), db.session.get_one(Run, world.run), hers)


def test_a_nudge_is_a_letter_in_ones_name_with_a_way_back_and_is_kept(
    inside, world, ana, hers, postbox
):
    made = nudge(acting(world.owner), hers, subject="How are you?", text=TEXT, replies=True)
    run_everything(inside)
    [letter] = postbox.letters_to(address_of(ana))
    said = text_of(letter)
    assert letter["Subject"] == "How are you?"
    assert letter["Reply-To"] == address_of(world.owner)
    assert "How are you?\r\n" in said
    assert f"/spaces/{world.slug}/learn" in said
    assert "Olga Organiser wrote this to you" in said
    assert "fading" not in letter.as_string()
    assert db.session.get_one(Nudge, made.id).text == TEXT
    assert (row(world, hers).nudger, row(world, hers).nudged_at) == ("Olga Organiser", made.sent_at)


def test_without_being_asked_nobodys_address_is_told(inside, world, ana, hers, postbox):
    nudge(acting(world.owner), hers, subject="How are you?", text=TEXT)
    run_everything(inside)
    [letter] = postbox.letters_to(address_of(ana))
    assert letter["Reply-To"] is None
    assert address_of(world.owner) not in letter.as_string()


def test_a_nudge_that_is_not_wanted_any_more_stays_away(inside, world, hers, postbox):
    nudge(acting(world.owner), hers, subject="How are you?", text=TEXT)
    close(inside, world)
    run_everything(inside)
    assert postbox.letters == []


def test_a_nudge_can_be_stopped_by_the_link_in_it(inside, world, ana, hers, postbox, browse):
    nudge(acting(world.owner), hers, subject="How are you?", text=TEXT)
    run_everything(inside)
    [letter] = postbox.letters_to(address_of(ana))
    where = letter["List-Unsubscribe"].strip("<>")
    assert where.endswith(stop_token(ana, LetterKind.MESSAGE))
    assert browse(None).post(where.partition("8000")[2]).status_code < 400
    with pytest.raises(Conflict, match="Ana Lind takes no letters written here"):
        nudge(acting(world.owner), hers, subject="Once more", text=TEXT)


def test_a_nudge_on_its_way_does_not_reach_who_stops_them(inside, world, ana, hers, postbox):
    nudge(acting(world.owner), hers, subject="How are you?", text=TEXT)
    stop_letters(acting(ana), LetterKind.MESSAGE)
    run_everything(inside)
    assert postbox.letters == []


def test_two_do_not_write_at_once_unless_they_have_read_each_other(inside, world, hers):
    ines = make_member(inside, world, "Ines Marchetti", Role.FACILITATOR)
    first = nudge(acting(world.owner), hers, subject="How are you?", text=TEXT)
    with pytest.raises(Conflict, match="Olga Organiser has written"):
        nudge(acting(ines), hers, subject="Hello again", text=TEXT)
    nudge(acting(ines), hers, subject="Hello again", text=TEXT, after=first.id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Nudge)) == 2


def test_nobody_is_nudged_in_a_run_that_is_over(inside, world, hers):
    close(inside, world)
    with pytest.raises(Conflict):
        nudge(acting(world.owner), hers, subject="How are you?", text=TEXT)


def test_one_takes_a_learner_and_gives_them_back(inside, world, hers):
    ines = make_member(inside, world, "Ines Marchetti", Role.FACILITATOR)
    assert take_on(acting(ines), hers).id == take_on(acting(ines), hers).id
    assert row(world, hers).taker == "Ines Marchetti"
    with pytest.raises(Conflict, match="Ines Marchetti has taken them already"):
        take_on(acting(world.owner), hers)
    give_back(acting(world.owner), hers)  # whoever facilitates: people fall ill
    assert row(world, hers).taker is None
    with pytest.raises(Conflict):
        give_back(acting(ines), hers)


@pytest.mark.parametrize("act", [take_on, give_back])
def test_learners_take_nobody_and_outsiders_find_nobody(inside, world, ana, hers, act):
    with pytest.raises(Forbidden):
        act(acting(ana), hers)
    [other] = make_learners(inside, world, ["Bo Chen"])
    for who, whom in ((other, hers), (world.owner, uuid.uuid4())):
        with pytest.raises(NotFound):
            act(acting(who), whom)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Care)) == 0


# ------------------------------------------------------------------ the page


def test_the_page_drafts_a_kind_letter_that_can_be_changed(app, browse):
    world = make_run(app)
    ana = make_member(app, world, "Ana Lind")
    page = f"/spaces/{world.slug}/progress/{enrolment_id_of(app, world, ana)}/nudge"
    client = browse(world.owner)
    drafted = words(client.get(page))
    assert "Dear Ana," in drafted
    assert "how you are getting on in Cohort 9" in drafted
    assert "Warm regards Olga Organiser" in drafted
    assert "fading" not in drafted.split("Dear Ana,")[1].split("Warm regards")[0]
    sent = send(client, page, page, subject="Hello", text="My own words, dear Ana.", replies="yes")
    assert sent.status_code == 303
    assert "Your letter to Ana Lind is on its way." in words(client.get(sent.location))
    again = words(client.get(page))
    assert "My own words, dear Ana." in again.split("Sent before")[1]


def test_a_letter_with_a_flaw_comes_back_as_it_was_typed(app, browse):
    world = make_run(app)
    ana = make_member(app, world, "Ana Lind")
    page = f"/spaces/{world.slug}/progress/{enrolment_id_of(app, world, ana)}/nudge"
    client = browse(world.owner)
    refused = send(client, page, page, subject="", text="My own words, dear Ana.")
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    assert "My own words, dear Ana." in refused.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Nudge)) == 0


def test_the_page_says_who_takes_no_letters_and_keeps_what_was_typed(app, browse):
    world = make_run(app)
    ana = make_member(app, world, "Ana Lind")
    page = f"/spaces/{world.slug}/progress/{enrolment_id_of(app, world, ana)}/nudge"
    client = browse(world.owner)
    client.get(page)
    with app.app_context():
        stop_letters(acting(ana), LetterKind.MESSAGE)
    late = client.post(page, data={"subject": "Hello", "text": "My own words, dear Ana."})
    assert late.status_code == 409
    assert "My own words, dear Ana." in late.text
    told = client.get(page)
    assert "Ana Lind takes no letters written here." in words(told)
    assert "Send it" not in told.text


@pytest.mark.usefixtures("no_mail")
def test_without_mail_the_page_says_so_and_nobody_counts_as_written_to(app, browse):
    world = make_run(app)
    ana = make_member(app, world, "Ana Lind")
    page = f"/spaces/{world.slug}/progress/{enrolment_id_of(app, world, ana)}/nudge"
    client = browse(world.owner)
    told = client.get(page)
    assert "This site sends no mail yet: a letter would reach nobody." in words(told)
    assert "Send it" not in told.text
    late = client.post(page, data={"subject": "Hello", "text": "My own words, dear Ana."})
    assert late.status_code == 409
    assert "My own words, dear Ana." in late.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Nudge)) == 0


def test_the_list_of_who_fades_takes_and_gives_back(app, browse):
    world = make_run(app)
    ana = make_member(app, world, "Ana Lind")
    hers = enrolment_id_of(app, world, ana)
    record = f"/spaces/{world.slug}/progress/{hers}"
    client = browse(world.owner)
    assert client.post(f"{record}/take", data={"then": "record"}).location == record
    assert "Taken by Olga Organiser." in words(client.get(record))
    assert client.post(f"{record}/give-back").location == f"/spaces/{world.slug}/manage/fading"
    assert "I take this" in words(client.get(record))
    assert browse(ana).post(f"{record}/take").status_code == 403


# ------------------------------------------------------------------ whoever leads no more


def taken():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Care))


@pytest.mark.parametrize("how", ["removed", "learning"])
def test_whom_somebody_has_taken_calls_for_others_when_they_lead_no_more(inside, world, hers, how):
    ines = make_member(inside, world, "Ines Marchetti", Role.FACILITATOR)
    take_on(acting(ines), hers)
    if how == "removed":
        remove_member(acting(world.owner), world.space, ines)
    else:
        change_role(acting(world.owner), world.space, ines, role=Role.MEMBER)
    assert taken() == 0


def test_who_leads_on_in_another_role_keeps_whom_they_have_taken(inside, world, hers):
    ines = make_member(inside, world, "Ines Marchetti", Role.FACILITATOR)
    take_on(acting(ines), hers)
    change_role(acting(world.owner), world.space, ines, role=Role.ORGANISER)
    assert taken() == 1


@pytest.mark.parametrize("how", ["gone", "observing"])
def test_nobody_holds_a_learner_who_has_left(inside, world, ana, hers, how):
    [other] = make_learners(inside, world, ["Ben Ode"])
    take_on(acting(world.owner), hers)
    take_on(acting(world.owner), enrolment_id_of(inside, world, other))
    if how == "gone":
        remove_member(acting(ana), world.space, ana)
    else:
        change_role(acting(world.owner), world.space, ana, role=Role.OBSERVER)
    assert taken() == 1


@pytest.mark.parametrize("how", ["removed", "learning"])
def test_a_nudge_does_not_leave_in_the_name_of_somebody_who_leads_no_more(
    inside, world, hers, postbox, how
):
    ines = make_member(inside, world, "Ines Marchetti", Role.FACILITATOR)
    nudge(acting(ines), hers, subject="How are you?", text=TEXT)
    if how == "removed":
        remove_member(acting(world.owner), world.space, ines)
    else:
        change_role(acting(world.owner), world.space, ines, role=Role.MEMBER)
    run_everything(inside)
    assert postbox.letters == []
