"""Reporting, deciding and second looks through pages, JSON and letters."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import reply
from factories.forms import send
from factories.moderation import make_case, make_decision, post_of, take
from letters import text_of

from community.accounts.models import User
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.moderation.models import Report
from community.moderation.operations import appeal_decision
from community.moderation.queries import queue
from community.moderation.rules import Show


def flow(place):
    """Return the addresses of the journey."""
    return f"/posts/{place.post_id}/report", "/spaces/tide-school/moderation"


def case_of(app, place):
    with app.app_context():
        [line] = queue(acting(place.owner), place.space_id, show=Show.OPEN).items
    return f"/moderation/cases/{line.id}"


def letters_to(app, postbox, user_id):
    """Do what is owed, and return the texts of the letters to somebody."""
    run_everything(app)
    with app.app_context():
        address = db.session.get_one(User, user_id).email
    return [text_of(letter) for letter in postbox.letters_to(address)]


def test_from_report_to_appeal_by_forms_alone(app, browse, place, postbox):
    report, reports = flow(place)
    reader, leader, author = (browse(who) for who in (place.other, place.facilitator, place.member))
    assert f'href="{report}"' in reader.get(f"/threads/{place.thread_id}").text
    assert f'href="{report}"' not in author.get(f"/threads/{place.thread_id}").text
    sent = send(reader, report, report, reason="unkind", note="It <hurts>.")
    assert sent.status_code == 303
    assert "You have reported this post" in reader.get(report).text

    assert "reported post waits to be looked at" in leader.get("/spaces/tide-school/manage").text
    assert "Who reads the gauges?" in leader.get(reports).text
    case = case_of(app, place)
    page = leader.get(case).text
    assert "It &lt;hurts&gt;." in page
    assert "Ola Other" in page
    assert send(leader, case, f"{case}/claim").status_code == 303
    held = browse(place.organiser).get(case).text
    assert "Facilitator Example is looking at this" in held
    decided = send(
        leader, case, f"{case}/decide", outcome="hidden", reason="unkind", words="Ask kindly."
    )
    assert decided.status_code == 303
    assert "Only fools" not in reader.get(f"/threads/{place.thread_id}").text

    [told] = letters_to(app, postbox, place.member)
    assert "Ask kindly." in told
    for name in ("Ola Other", "Facilitator Example"):
        assert name not in told
    [thanked] = letters_to(app, postbox, place.other)
    assert "have looked at it" in thanked

    listed = author.get("/me/decisions").text
    assert "A post of yours was hidden" in listed
    own = listed.partition('href="/me/decisions/')[2].partition('"')[0]
    own = f"/me/decisions/{own}"
    assert "Ask kindly." in author.get(own).text
    assert send(author, own, f"{own}/appeal", text="I meant it well.").status_code == 303
    assert "Somebody will look again" in author.get(own).text

    other = browse(place.owner)
    assert "I meant it well." in other.get(case).text
    answer = own.replace("/me/", "/moderation/") + "/answer"
    assert f'action="{answer}"' not in leader.get(case).text
    given = send(other, case, answer, how="taken_back", words="You are right.")
    assert given.status_code == 303
    assert "Only fools" in reader.get(f"/threads/{place.thread_id}").text
    assert "there to be read again" in letters_to(app, postbox, place.member)[-1]
    assert "You are right." in author.get(own).text


def test_a_form_with_a_flaw_comes_back_with_what_was_typed(app, browse, place):
    report, _reports = flow(place)
    refused = send(browse(place.other), report, report, note="Look.")
    assert refused.status_code == 422
    assert ">\nLook.</textarea>" in refused.text
    make_case(app, place.post_id, place.other)
    case = case_of(app, place)
    refused = send(browse(place.owner), case, f"{case}/decide", outcome="hidden", words="Why.")
    assert refused.status_code == 422
    assert "Choose a reason" in refused.text
    assert ">\nWhy.</textarea>" in refused.text


def test_empty_pages_say_what_will_stand_there(browse, place):
    leader = browse(place.owner)
    assert "Nothing is reported" in leader.get("/spaces/tide-school/moderation").text
    assert "You look at nothing now" in leader.get("/moderation?show=mine").text
    assert "Nothing is decided yet" in leader.get("/moderation?show=done").text
    assert "Nothing was done yet" in leader.get("/spaces/tide-school/moderation/record").text
    assert "Nothing was decided about you" in leader.get("/me/decisions").text


def test_the_same_over_json(app, browse, place):
    reader, leader, author, other = (
        browse(who) for who in (place.other, place.facilitator, place.member, place.owner)
    )
    path = f"/api/v1/posts/{place.post_id}/report"
    assert reader.put(path, json={"reason": "private"}).status_code == 204
    [line] = leader.get(f"/api/v1/spaces/{place.space_id}/cases").json["items"]
    assert (line["reports"], line["author"]["name"]) == (1, "Member Example")
    assert leader.get("/api/v1/cases").json["items"] == [line]
    assert author.get("/api/v1/cases").json["items"] == []
    case = f"/api/v1/cases/{line['id']}"
    assert author.get(case).status_code == 404
    assert leader.put(f"{case}/claim").json["claimed_by"]["name"] == "Facilitator Example"
    assert other.delete(f"{case}/claim").status_code == 409
    assert leader.delete(f"{case}/claim").json["claimed_by"] is None
    given = {"outcome": "warned", "reason": "private", "words": "Leave names out."}
    made = leader.put(f"{case}/decision", json=given).json
    assert made["decision"]["words"] == "Leave names out."
    [told] = author.get("/api/v1/me/decisions").json["items"]
    assert (told["outcome"], told["may_appeal"]) == ("warned", True)
    assert "by" not in told
    decision = f"/api/v1/decisions/{told['id']}"
    assert author.put(f"{decision}/appeal", json={"text": "Why?"}).json["appeal"] == "Why?"
    assert leader.put(f"{decision}/answer", json={"overturn": True}).status_code == 403
    answered = other.put(f"{decision}/answer", json={"overturn": True, "words": "Yes."}).json
    assert answered["decision"]["overturned_at"] is not None
    assert answered["appeal"]["answered_by"]["name"] == "Owner Example"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_record_is_a_table_to_take_away(app, browse, place, ending):
    make_decision(app, make_case(app, place.post_id, place.other), place.owner, note="Third time.")
    address = f"/spaces/tide-school/moderation/record/{ending}"
    file = browse(place.facilitator).get(address)
    assert file.status_code == 200
    if ending == "csv":
        assert "Owner Example" in file.text
        assert "Third time." not in file.text
        assert "Ola Other" not in file.text
    assert browse(place.member).get(address).status_code == 403


def test_an_export_holds_what_one_said_and_was_told_and_nobodys_notes(app, browse, place):
    case_id = make_case(app, place.post_id, place.other, note="It hurts.")
    make_decision(app, case_id, place.owner, words="Ask kindly.", note="Third time.")
    for who, mine in ((place.other, "It hurts."), (place.member, "Ask kindly.")):
        text = browse(who).get("/me/data.json").text
        assert mine in text
        assert "Third time." not in text
    assert "It hurts." not in browse(place.member).get("/me/data.json").text


def test_a_deleted_account_leaves_the_case_without_words_of_theirs(app, browse, place):
    case_id = make_case(app, place.post_id, place.other, note="It hurts.")
    browse(place.other).post("/me/delete", data={"sure": "1"})
    page = browse(place.owner).get(f"/moderation/cases/{case_id}").text
    assert "Somebody who has left" in page
    assert "It hurts." not in page
    make_decision(app, case_id, place.owner, words="Ask kindly.")
    browse(place.member).post("/me/delete", data={"sure": "1"})
    assert "Ask kindly." not in browse(place.owner).get(f"/moderation/cases/{case_id}").text


def test_what_others_said_of_somebody_goes_with_their_account(app, browse, place):
    case_id = make_case(app, place.post_id, place.other, note="Mia drinks, everybody knows.")
    make_case(app, post_of(app, place.thread_id, 1), place.other, note="Of the other.")
    browse(place.member).post("/me/delete", data={"sure": "1"})
    with app.app_context():
        assert sorted(db.session.scalars(sa.select(Report.note))) == ["", "Of the other."]
    page = browse(place.owner).get(f"/moderation/cases/{case_id}").text
    assert "1 report" in page
    assert "drinks" not in page


def test_every_page_takes_at_most_ten_statements(app, browse, place, count_queries):
    case_id = make_case(app, place.post_id, place.other, place.observer)
    decision = make_decision(app, case_id, place.facilitator)
    for who in (place.observer, place.other):
        take(app, place.space_id, place.owner, who)
    appealed = take(app, place.space_id, place.facilitator, place.member)
    with app.app_context():
        appeal_decision(acting(place.member), appealed, text="Look again.")
    others = [post_of(app, place.thread_id, reply(app, place.thread_id, place.owner))]
    others += [post_of(app, place.thread_id, reply(app, place.thread_id, place.facilitator))]
    for post_id in others:
        make_case(app, post_id, place.other, place.observer)
    member_page = f"/spaces/tide-school/people/{place.member}/moderation"
    asks = (
        (place.other, f"/threads/{place.thread_id}"),
        (place.owner, "/moderation"),
        (place.organiser, "/spaces/tide-school/moderation"),
        (place.organiser, member_page),
        (place.owner, "/spaces/tide-school/people"),
        (place.member, f"/me/decisions/{appealed}"),
        (place.owner, "/spaces/tide-school/moderation?show=done"),
        (place.owner, f"/moderation/cases/{case_id}"),
        (place.owner, "/spaces/tide-school/moderation/record"),
        (place.member, "/me/decisions"),
        (place.member, f"/me/decisions/{decision}"),
    )
    for who, path in asks:
        client = browse(who)
        client.get(path)
        count_queries.clear()
        assert client.get(path).status_code == 200
        assert len(count_queries) <= 10, (path, count_queries)


def test_the_list_of_people_leads_to_measures_about_those_below(browse, place):
    """Who stands as high as oneself, or higher, is nobody to decide about."""
    led = {
        role: {
            name
            for name, user_id in place.people.items()
            if f'/people/{user_id}/moderation"' in browse(place.people[role]).get(PEOPLE).text
        }
        for role in ("owner", "organiser", "facilitator", "member")
    }
    below = {"facilitator", "member", "observer", "other"}
    assert led == {
        "owner": below | {"organiser"},
        "organiser": below,
        "facilitator": below - {"facilitator"},
        "member": set(),
    }


PEOPLE = "/spaces/tide-school/people"
