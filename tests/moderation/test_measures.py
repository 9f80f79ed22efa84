"""Members are warned, silenced and suspended, with a case and without one."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import reply
from factories.forms import send
from factories.live import make_session
from factories.moderation import make_case, make_decision, take
from factories.spaces import join, make_space
from letters import text_of

from community.accounts.models import User
from community.accounts.operations import delete_account
from community.discussions.models import ReactionKind, ThreadKind
from community.discussions.operations import post_reply, react, start_thread
from community.discussions.policy import find_thread, may_vote, visible_posts
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from community.kernel.jobs import run_everything
from community.kernel.revocation import Revocation
from community.live.operations import post_message
from community.moderation.models import Decision
from community.moderation.operations import (
    answer_measure,
    appeal_decision,
    lift_measure,
    report_post,
    take_measure,
    take_measure_everywhere,
    wipe_decisions,
)
from community.moderation.queries import (
    asked_again,
    case_seen,
    decision_about_me,
    measures_of,
    record_of,
)
from community.moderation.rules import DECIDED_KEPT_FOR, MOST_MEASURES, Lasts, Outcome, Reason
from community.notifications.queries import entries_of, told_in_entries
from community.notifications.queries.letters import members_of
from community.spaces.models import Membership, Role
from community.spaces.operations import add_member, change_role, remove_member
from community.spaces.policy import find_space, role_in, silence_in, takes_part

SPACE = "/spaces/tide-school"


def later(**span):
    return dt.datetime.now(dt.UTC) + dt.timedelta(**span)


def open_to(app, user_id, space_id, **more):
    """Whether a space is there for somebody."""
    with app.app_context():
        try:
            find_space(acting(user_id, **more), space_id)
        except NotFound:
            return False
        return True


def speaks(app, user_id, space_id, **more):
    with app.app_context():
        return takes_part(acting(user_id, **more), space_id)


def test_who_is_silenced_reads_reports_and_writes_nowhere_and_it_ends_by_itself(app, place):
    room = make_session(app, place.space_id, place.owner)
    decision = take(app, place.space_id, place.facilitator, place.member)
    with app.app_context():
        mine = acting(place.member)
        thread = find_thread(mine, place.thread_id)
        other_post = db.session.scalars(
            visible_posts(mine).where(
                visible_posts(mine).selected_columns.author_id != place.member
            )
        ).first()
        refused = [
            lambda: post_reply(acting(place.member), place.thread_id, body="And yet."),
            lambda: start_thread(
                acting(place.member),
                place.space_id,
                kind=ThreadKind.QUESTION,
                title="Why me?",
                body="Why?",
            ),
            lambda: react(acting(place.member), other_post.id, kind=ReactionKind.THANKS, on=True),
            lambda: post_message(acting(place.member), room, body="Hello", client_id="a" * 32),
        ]
        for act in refused:
            with pytest.raises(Forbidden) as told:
                act()
            assert "silenced here until" in told.value.message
            assert "It is unkind, or attacks somebody" in told.value.message
            assert told.value.details["decision_id"] == str(decision)
        assert not may_vote(mine, other_post)
        assert thread.id == place.thread_id
        report_post(acting(place.member), other_post.id, reason=Reason.OTHER)
        silence = silence_in(acting(place.member), place.space_id)
        assert silence.decision_id == decision
        post_reply(acting(place.member, now=silence.until), place.thread_id, body="Here again.")


def test_who_leads_and_is_silenced_leads_on_and_does_not_write(app, place):
    take(app, place.space_id, place.owner, place.facilitator, lasts=Lasts.LIFTED)
    with app.app_context():
        for kind in (ThreadKind.ANNOUNCEMENT, ThreadKind.QUESTION):
            with pytest.raises(Forbidden):
                start_thread(
                    acting(place.facilitator), place.space_id, kind=kind, title="T", body="B"
                )
    assert not speaks(app, place.facilitator, place.space_id, now=later(days=3000))


def test_for_who_is_suspended_the_space_is_not_there_but_one_page_says_so(
    app, browse, place, postbox
):
    page, api = browse(place.member), browse(place.member)
    assert page.get(SPACE).status_code == 200
    decision = take(
        app, place.space_id, place.organiser, place.member, Outcome.SUSPENDED, lasts=Lasts.WEEK
    )
    assert not open_to(app, place.member, place.space_id)
    nothing = page.get("/spaces/no-such-space")
    for address in (SPACE, f"{SPACE}/threads", f"{SPACE}/people", f"/threads/{place.thread_id}"):
        answer = page.get(address)
        assert answer.status_code == nothing.status_code == 404
    for address in (f"spaces/{place.space_id}", f"threads/{place.thread_id}/posts"):
        assert api.get(f"/api/v1/{address}").status_code == 404
    assert "Tide school" not in page.get("/").text
    assert "Who reads the gauges?" not in page.get("/search?q=gauges").text
    with app.app_context():
        assert role_in(acting(place.member), place.space_id) is None
        assert place.member not in members_of(place.space_id, after=None)
        rows = db.session.scalars(
            sa.select(Revocation).where(Revocation.user_id == place.member)
        ).all()
        assert [row.space_id for row in rows] == [place.space_id]
        inbox = told_in_entries(acting(place.member), entries_of(acting(place.member)).items)
        assert [(entry.key, entry.space) for entry in inbox] == [(decision, "Tide school")]
    told = page.get(f"/me/decisions/{decision}").text
    assert "You were suspended" in told
    assert "Take a rest, and come back." in told
    assert "Tide school" in told
    assert "You were suspended" in page.get("/inbox").text
    run_everything(app)
    with app.app_context():
        address = db.session.get_one(User, place.member).email
    [letter] = postbox.letters_to(address)
    assert "is not open to you, until" in text_of(letter)
    assert open_to(app, place.member, place.space_id, now=later(days=7, minutes=1))


def test_nothing_of_a_space_reaches_who_is_suspended_and_it_is_all_there_afterwards(app, place):
    decision = take(
        app, place.space_id, place.owner, place.member, Outcome.SUSPENDED, lasts=Lasts.DAY
    )
    reply(app, place.thread_id, place.owner, "@[Member Example](person:x) hello", reply_to=2)
    with app.app_context():
        keys = [row.key for row in entries_of(acting(place.member)).items]
        assert keys == [decision]
        lift_measure(acting(place.organiser), decision)
        keys = {row.key for row in entries_of(acting(place.member)).items}
        assert keys == {decision, place.thread_id}


def test_who_may_do_what_to_whom(app, place):
    second = make_user(app, "Second Owner")
    join(app, place.space_id, second, Role.OWNER)
    peer = make_user(app, "Peer Facilitator")
    join(app, place.space_id, peer, Role.FACILITATOR)
    refused = [
        ("facilitator", place.facilitator, Outcome.SILENCED),
        ("facilitator", peer, Outcome.SILENCED),
        ("facilitator", place.organiser, Outcome.WARNED),
        ("facilitator", place.member, Outcome.SUSPENDED),
        ("organiser", place.owner, Outcome.SUSPENDED),
        ("owner", second, Outcome.SUSPENDED),
        ("owner", place.owner, Outcome.SILENCED),
        ("member", place.observer, Outcome.SILENCED),
        ("observer", place.member, Outcome.WARNED),
    ]
    for by, about, outcome in refused:
        with pytest.raises(Forbidden):
            take(app, place.space_id, place.people[by], about, outcome)
    for by, error in (("outsider", NotFound),):
        with pytest.raises(error):
            take(app, place.space_id, place.people[by], place.member)
    with pytest.raises(NotFound):
        take(app, place.space_id, place.owner, place.outsider)
    warned = take(app, place.space_id, place.facilitator, place.member, Outcome.WARNED)
    with app.app_context():
        assert speaks(app, place.member, place.space_id)
        assert decision_about_me(acting(place.member), warned).thread_id is None
        with pytest.raises(Forbidden):
            lift_measure(acting(place.owner), warned)  # a warning does not last


def test_what_is_wrong_is_said_and_changes_nothing(app, place):
    for outcome, lasts in (
        (Outcome.SUSPENDED, Lasts.LIFTED),
        (Outcome.SUSPENDED, None),
        (Outcome.SILENCED, None),
    ):
        with pytest.raises(Invalid):
            take(app, place.space_id, place.owner, place.member, outcome, lasts=lasts)
    with pytest.raises(Invalid):
        take(app, place.space_id, place.owner, place.member, Outcome.HIDDEN)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Decision.id))) == 0
    take(app, place.space_id, place.owner, place.member)
    with pytest.raises(Conflict):
        take(app, place.space_id, place.organiser, place.member)
    for _ in range(MOST_MEASURES - 1):
        take(app, place.space_id, place.owner, place.member, Outcome.WARNED)
    with pytest.raises(TooMany):
        take(app, place.space_id, place.owner, place.member, Outcome.WARNED)


def test_it_is_lifted_and_stands_in_the_record_with_why(app, place):
    case_id = make_case(app, place.post_id, place.other)
    with app.app_context():
        decision = take_measure(
            acting(place.facilitator),
            place.space_id,
            place.member,
            outcome=Outcome.SILENCED,
            lasts=Lasts.WEEK,
            reason=Reason.UNKIND,
            words="Rest.",
            case_id=case_id,
        ).id
        assert case_seen(acting(place.owner), case_id).decision is None
        with pytest.raises(NotFound):
            lift_measure(acting(place.member), decision)
        lift_measure(acting(place.organiser), decision)
        with pytest.raises(Conflict):
            lift_measure(acting(place.organiser), decision)
        acts = record_of(acting(place.owner), place.space_id).items
        assert [(act.what, act.before, act.after, act.words) for act in acts] == [
            ("lift", "silenced", "lifted", ""),
            ("silence", "member", "silenced", "Rest."),
        ]
        assert acts[1].case_id == case_id
        assert record_of(acting(place.member, admin=True), None).items == []
    assert speaks(app, place.member, place.space_id)


def test_what_was_lifted_before_its_letter_left_is_not_announced(app, place, postbox):
    decision = take(app, place.space_id, place.organiser, place.member, Outcome.SILENCED)
    with app.app_context():
        lift_measure(acting(place.organiser), decision)
    run_everything(app)
    [letter] = postbox.letters
    assert "You can write in" in text_of(letter)


def test_somebody_else_takes_the_second_look(app, browse, place):
    decision = take(app, place.space_id, place.organiser, place.member, Outcome.SUSPENDED)
    with app.app_context():
        appeal_decision(acting(place.member), decision, text="It was a joke.")
        for by in (place.organiser, place.facilitator):  # decided it; does not suspend
            with pytest.raises(Forbidden):
                answer_measure(acting(by), decision, overturn=True)
        assert [one.id for one in asked_again(acting(place.owner), None)] == [decision]
    assert "Second looks about people" in browse(place.owner).get(f"{SPACE}/moderation").text
    page = f"{SPACE}/people/{place.member}/moderation"
    answer = f"/moderation/measures/{decision}/answer"
    owner = browse(place.owner)
    assert send(owner, page, answer, how="", words="No.").status_code == 422
    assert send(owner, page, answer, how="taken_back", words="Right.").status_code == 303
    assert open_to(app, place.member, place.space_id)
    with app.app_context():
        told = decision_about_me(acting(place.member), decision)
        assert (told.answer, told.overturned_at is not None) == ("Right.", True)
        assert asked_again(acting(place.owner), None) == []


def test_by_forms_and_by_json(app, browse, place):
    lead = browse(place.facilitator)
    page = f"{SPACE}/people/{place.member}/moderation"
    assert page in lead.get(f"{SPACE}/people").text
    assert page not in browse(place.other).get(f"{SPACE}/people").text
    shown = lead.get(page).text
    assert 'value="silenced"' in shown
    assert 'value="suspended"' not in shown  # a facilitator does not
    wrong = send(lead, page, page, outcome="silenced", reason="unkind", words="Rest.")
    assert wrong.status_code == 422
    assert "Choose how long it lasts" in wrong.text
    given = {"outcome": "silenced", "lasts": "week", "reason": "unkind", "words": "Rest <now>."}
    assert send(lead, page, page, **given).status_code == 303
    assert "Rest &lt;now&gt;." in lead.get(page).text
    assert "Silenced" in lead.get(f"{SPACE}/people").text
    assert "Silenced" not in browse(place.other).get(f"{SPACE}/people").text
    member = browse(place.member)
    for address in (f"/threads/{place.thread_id}", f"{SPACE}/threads", f"{SPACE}/threads/new"):
        assert "You are silenced here until" in member.get(address).text
    with app.app_context():
        [one] = measures_of(acting(place.owner), place.member, place.space_id)
    lifted = send(lead, page, f"/moderation/measures/{one.id}/lift")
    assert lifted.status_code == 303
    assert "You are silenced" not in member.get(f"/threads/{place.thread_id}").text
    url = f"/api/v1/spaces/{place.space_id}/people/{place.member}/measures"
    made = browse(place.owner).post(url, json={**given, "outcome": "suspended"})
    assert (made.status_code, made.json["holds"]) == (201, True)
    assert browse(place.owner).get(url).json["items"][0]["id"] == made.json["id"]
    assert member.get(url).status_code == 404
    assert browse(place.other).get(url).status_code == 403
    done = browse(place.owner).put(f"/api/v1/measures/{made.json['id']}/lift")
    assert (done.status_code, done.json["holds"]) == (200, False)


def test_an_administrator_does_it_in_all_spaces_and_owners_keep_theirs(app, browse, place):
    office = make_user(app, "Admin Example", admin=True)
    own, joined = make_space(app, slug="own"), make_space(app, slug="joined")
    join(app, own, place.member, Role.OWNER)
    host = make_user(app, "Host Example")
    join(app, joined, host, Role.OWNER)
    decision = take(app, None, office, place.member, Outcome.SUSPENDED, lasts=Lasts.WEEK)
    assert not open_to(app, place.member, place.space_id)
    assert open_to(app, place.member, own)
    with app.app_context():
        add_member(acting(host), joined, place.member, role=Role.MEMBER)
    assert not open_to(app, place.member, joined)
    with app.app_context():
        change_role(acting(host), joined, place.member, role=Role.OWNER)
    assert open_to(app, place.member, joined)
    with app.app_context():
        change_role(acting(host), joined, place.member, role=Role.MEMBER)
        for who in (place.owner, host):
            with pytest.raises((Forbidden, NotFound)):
                lift_measure(acting(who), decision)
            with pytest.raises(Forbidden):
                take_measure_everywhere(
                    acting(who),
                    place.other,
                    outcome=Outcome.WARNED,
                    reason=Reason.OTHER,
                    words="No.",
                )
        for about in (office, make_user(app, "Second Admin", admin=True)):
            with pytest.raises(Forbidden):
                take(app, None, office, about)
    assert "In all spaces" in browse(place.member).get(f"/me/decisions/{decision}").text
    with app.app_context():
        lift_measure(acting(office, admin=True), decision)
    assert open_to(app, place.member, place.space_id)
    assert open_to(app, place.member, joined)


def test_the_longer_of_two_holds_and_leaving_does_not_end_it(app, place):
    office = make_user(app, "Admin Example", admin=True)
    here = take(app, place.space_id, place.owner, place.member, lasts=Lasts.WEEK)
    take(app, None, office, place.member, lasts=Lasts.DAY)
    with app.app_context():
        silence = silence_in(acting(place.member), place.space_id)
        assert silence.decision_id == here
        lift_measure(acting(place.owner), here)
    assert not speaks(app, place.member, place.space_id)
    assert speaks(app, place.member, place.space_id, now=later(days=1, minutes=1))
    with app.app_context():
        remove_member(acting(place.member), place.space_id, place.member)
        add_member(acting(place.owner), place.space_id, place.member, role=Role.MEMBER)
        row = db.session.scalars(
            sa.select(Membership).where(
                Membership.user_id == place.member, Membership.space_id == place.space_id
            )
        ).one()
        assert row.silenced_until is not None
    assert not speaks(app, place.member, place.space_id)


def test_words_are_kept_while_it_holds(app, place):
    held = take(app, place.space_id, place.owner, place.member, lasts=Lasts.LIFTED)
    over = take(app, place.space_id, place.owner, place.other, lasts=Lasts.DAY)
    with app.app_context():
        late = dt.datetime.now(dt.UTC) + DECIDED_KEPT_FOR + dt.timedelta(days=1)
        assert wipe_decisions(acting(None, now=late)) == 1
        assert db.session.get_one(Decision, held).words
        assert not db.session.get_one(Decision, over).words


def test_who_is_suspended_leaves_the_space_or_deletes_their_account(app, browse, place):
    for one in (place.member, place.other, place.facilitator):
        take(app, place.space_id, place.owner, one, Outcome.SUSPENDED, lasts=Lasts.WEEK)
    gone = browse(place.member).delete(f"/api/v1/spaces/{place.space_id}/members/{place.member}")
    assert gone.status_code == 204
    with app.app_context():
        remove_member(acting(place.facilitator), place.space_id, place.facilitator)
        for who in (place.facilitator, place.outsider):  # who left, who never came
            with pytest.raises(NotFound):
                remove_member(acting(who), place.space_id, who)
        with pytest.raises(NotFound):
            remove_member(acting(place.other), place.space_id, place.observer)
        delete_account(acting(place.other))
        ended = sa.select(Membership.user_id).where(
            Membership.space_id == place.space_id, Membership.ended_at.is_not(None)
        )
        assert set(db.session.scalars(ended)) == {place.member, place.other, place.facilitator}
    with app.app_context():  # and comes back to what was decided
        add_member(acting(place.owner), place.space_id, place.member, role=Role.MEMBER)
    assert not open_to(app, place.member, place.space_id)


def test_peers_do_not_free_each_other_and_who_left_keeps_their_rank(app, place):
    peer = make_user(app, "Peer Facilitator")
    join(app, place.space_id, peer, Role.FACILITATOR)
    silenced = {
        one: take(app, place.space_id, place.owner, one, lasts=Lasts.LIFTED)
        for one in (place.facilitator, peer, place.organiser)
    }
    with app.app_context():
        for one, decision in silenced.items():
            appeal_decision(acting(one), decision, text="Please.")
        for by, about in (
            (peer, place.facilitator),
            (place.facilitator, peer),
            (peer, place.organiser),
        ):
            with pytest.raises(Forbidden):
                answer_measure(acting(by), silenced[about], overturn=True)
        with pytest.raises(Forbidden):  # the organiser stands above, and did not decide
            answer_measure(acting(place.owner), silenced[peer], overturn=True)
        answer_measure(acting(place.organiser), silenced[peer], overturn=True)
        # nobody else stands above an organiser: who decided looks again
        remove_member(acting(place.organiser), place.space_id, place.organiser)
        with pytest.raises(Forbidden):
            lift_measure(acting(peer), silenced[place.organiser])
        with pytest.raises(Forbidden):
            answer_measure(acting(peer), silenced[place.organiser], overturn=True)
        answer_measure(acting(place.owner), silenced[place.organiser], overturn=True)


def test_who_leads_and_is_silenced_decides_about_nobody_in_words(app, browse, place):
    case_id = make_case(app, place.post_id, place.other)
    about = take(app, place.space_id, place.owner, place.observer)
    take(app, place.space_id, place.owner, place.organiser, lasts=Lasts.LIFTED)
    for outcome in (Outcome.WARNED, Outcome.SILENCED, Outcome.SUSPENDED):
        with pytest.raises(Forbidden) as told:
            take(app, place.space_id, place.organiser, place.member, outcome)
        assert "silenced here until" in told.value.message
    with pytest.raises(Forbidden):
        make_decision(app, case_id, place.organiser, Outcome.WARNED)
    shown = browse(place.organiser).get(f"{SPACE}/people/{place.member}/moderation")
    assert (shown.status_code, 'value="warned"' in shown.text) == (200, False)
    with app.app_context():
        lift_measure(acting(place.organiser), about)  # it takes no words
    make_decision(app, case_id, place.organiser, Outcome.KEPT)
