"""What people see of one another: profiles, their pages, faces beside names."""

import re

import pytest
import sqlalchemy as sa
from factories.accounts import PORTRAIT, TEXTS, make_picture, make_profile
from factories.discussions import make_thread
from factories.forms import send, without_token

from community.accounts.models import AT_FIRST, Audience, User
from community.accounts.queries import account, own_profile
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.spaces.operations import remove_member
from community.spaces.queries import person

SELF, LEADS, SPACES = Audience.SELF, Audience.LEADS, Audience.SPACES
PEOPLE = "/spaces/cohort-9/people"


def says(app, world, audience, **more):
    visible = dict.fromkeys(AT_FIRST, audience)
    make_profile(app, world["ana"], **{**TEXTS, **more}, visible=visible)


def seen(app, world, viewer, who="ana"):
    with app.app_context():
        row = person(Context.begin(world[viewer]), world[who])
        return {field: getattr(row, field) for field in (*TEXTS, "zone", "picture", "about_html")}


# ------------------------------------------------------------------ field by field


@pytest.mark.parametrize(
    ("audience", "bo", "cleo"), [(SELF, False, False), (LEADS, False, True), (SPACES, True, True)]
)
@pytest.mark.parametrize("viewer", ["bo", "cleo", "dan"])
def test_a_field_goes_to_its_audience(app, world, audience, bo, cleo, viewer):
    says(app, world, audience)
    make_picture(app, world["ana"])
    shown = {"bo": bo, "cleo": cleo, "dan": cleo}[viewer]
    values = seen(app, world, viewer)
    if shown:
        assert {field: values[field] for field in TEXTS} == TEXTS
        assert values["zone"] == "Africa/Nairobi"
        assert values["picture"] == PORTRAIT
        assert "<strong>herons</strong>" in values["about_html"]
    else:
        assert set(values.values()) == {None}


@pytest.mark.parametrize("field", AT_FIRST)
def test_each_field_has_an_audience_of_its_own(app, world, field):
    says(app, world, SELF)
    make_picture(app, world["ana"])
    make_profile(app, world["ana"], visible={field: SPACES})
    values = seen(app, world, "bo")
    assert {f for f, value in values.items() if value is not None and f != "about_html"} == {field}


def test_at_first_where_one_is_stays_with_oneself(app, world):
    make_profile(app, world["ana"], **TEXTS)
    values = seen(app, world, "cleo")
    assert (values["place"], values["zone"]) == (None, None)
    assert values["organisation"] == "Heron Institute"


def test_who_never_said_anything_shows_nothing(app, world):
    assert set(seen(app, world, "cleo", "bo").values()) == {None}


@pytest.mark.parametrize("audience", [LEADS, SPACES])
def test_the_preview_shows_what_the_rule_shows(app, world, audience):
    says(app, world, audience)
    viewer = {LEADS: "cleo", SPACES: "bo"}[audience]
    with app.app_context():
        mine = Context.begin(world["ana"])
        for told, who in ((SPACES, "bo"), (LEADS, "cleo")):
            preview = own_profile(mine).shown_to(told, account(mine))
            row = person(Context.begin(world[who]), world["ana"])
            assert preview == {field: getattr(row, field) for field in preview}
    assert seen(app, world, viewer)["place"] == "Heronville"


def test_who_is_deactivated_shows_a_name_and_nothing_else(app, world):
    says(app, world, SPACES)
    with app.app_context(), db.engines["write"].begin() as connection:
        gone = sa.update(User).where(User.id == world["ana"])
        connection.execute(gone.values(deactivated_at=Context.begin(None).now))
    assert set(seen(app, world, "bo").values()) == {None}


# ------------------------------------------------------------------ the page of a person


def test_the_page_of_a_person_shows_what_they_show_and_where_one_meets(app, browse, world):
    says(app, world, SPACES)
    page = browse(world["bo"]).get(f"/people/{world['ana']}")
    for text in (
        "Ana Lind",
        "they/heron",
        "Heron Institute",
        "Heronese",
        "<strong>herons</strong>",
    ):
        assert text in page.text
    assert re.search(r"\d\d:\d\d \(Nairobi\)", page.text)
    assert "/spaces/cohort-9" in page.text
    assert "cohort-10" not in page.text  # theirs, not shared
    assert f"/spaces/cohort-9/threads?by={world['ana']}" in page.text


def test_who_shares_nothing_is_as_absent_as_nobody(browse, world):
    client = browse(world["eve"])
    for where in ("/people/{}", "/api/v1/people/{}"):
        hidden, absent = (client.get(where.format(key)) for key in (world["ana"], new_key()))
        assert hidden.status_code == absent.status_code == 404
        said = [re.sub(r"01\w{6}-[\w-]+", "", without_token(page)) for page in (hidden, absent)]
        assert said[0] == said[1]


def test_who_left_is_not_there_any_more(app, browse, world):
    says(app, world, SPACES)
    with app.app_context():
        remove_member(Context.begin(world["ana"]), world["space"], world["ana"])
    assert browse(world["bo"]).get(f"/people/{world['ana']}").status_code == 404
    assert browse(world["dan"]).get(f"/people/{world['ana']}").status_code == 200


def test_my_own_page_says_that_it_is_how_others_see_me(app, browse, world):
    says(app, world, SELF)
    page = browse(world["ana"]).get(f"/people/{world['ana']}")
    assert "This is how others see you" in page.text
    assert "Heronville" not in page.text


def test_over_json_hidden_is_null(app, browse, world):
    says(app, world, LEADS)
    make_profile(app, world["ana"], visible={"organisation": SPACES})
    answer = browse(world["bo"]).get(f"/api/v1/people/{world['ana']}").json
    hidden = ("pronouns", "place", "languages", "about", "about_html", "zone", "picture")
    assert {answer[field] for field in hidden} == {None}
    assert answer["organisation"] == "Heron Institute"
    assert [space["role"] for space in answer["spaces"]] == ["member"]


def test_the_page_of_a_person_takes_few_statements(app, browse, world, count_queries):
    says(app, world, SPACES)
    client = browse(world["bo"])
    client.get("/me")
    count_queries.clear()
    client.get(f"/people/{world['ana']}")
    assert len(count_queries) <= 10


# ------------------------------------------------------------------ faces beside names


def test_a_face_stands_beside_what_one_writes_while_one_belongs(app, browse, world):
    make_picture(app, world["ana"])
    thread = make_thread(app, world["space"], world["ana"], title="Herons")
    client = browse(world["bo"])
    where = f"/people/{world['ana']}/picture/{PORTRAIT}/small"
    pages = (f"/threads/{thread}", "/spaces/cohort-9/threads", PEOPLE)
    for page in pages:
        assert where in client.get(page).text, page
    posts = client.get(f"/api/v1/threads/{thread}/posts").json["items"]
    assert posts[0]["author"]["picture"] == where
    make_profile(app, world["ana"], visible={"picture": LEADS})
    for page in pages:
        assert where not in client.get(page).text, page
    assert where in browse(world["cleo"]).get(PEOPLE).text
    make_profile(app, world["ana"], visible={"picture": SPACES})
    with app.app_context():
        remove_member(Context.begin(world["ana"]), world["space"], world["ana"])
    for page in pages:
        assert where not in client.get(page).text, page


def test_a_page_one_holds_is_drawn_anew_when_a_face_changes(app, browse, world):
    thread = make_thread(app, world["space"], world["ana"], title="Herons")
    client = browse(world["bo"])
    for page in (f"/threads/{thread}", "/spaces/cohort-9/threads"):
        tag = client.get(page).headers["ETag"]
        assert client.get(page, headers={"If-None-Match": tag}).status_code == 304
        make_picture(app, world["ana"])
        assert client.get(page, headers={"If-None-Match": tag}).status_code == 200
        make_picture(app, world["ana"], "crimson")


def test_the_threads_somebody_wrote_in(app, browse, world):
    make_thread(app, world["space"], world["ana"], title="On herons")
    make_thread(app, world["space"], world["cleo"], title="On pelicans")
    client = browse(world["bo"])
    page = client.get(f"/spaces/cohort-9/threads?by={world['ana']}")
    assert "On herons" in page.text
    assert "On pelicans" not in page.text
    assert (
        "Nothing written here yet" in client.get(f"/spaces/cohort-9/threads?by={world['bo']}").text
    )
    for stranger in (world["dan"], new_key(), "x"):
        page = client.get(f"/spaces/cohort-9/threads?by={stranger}")
        assert "On pelicans" in page.text, "who is no member here is nobody to ask for"


# ------------------------------------------------------------------ what people write is text

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}'


@pytest.mark.parametrize("field", ["name", *TEXTS])
def test_nothing_of_a_profile_becomes_markup(app, browse, world, field):
    typed = HOSTILE[:40] if field == "pronouns" else HOSTILE
    says(app, world, SPACES, **{field: typed})
    thread = make_thread(app, world["space"], world["ana"], title="Herons")
    found = 0
    for who, page in (
        ("ana", "/me"),
        ("ana", f"/people/{world['ana']}"),
        ("bo", f"/people/{world['ana']}"),
        ("bo", PEOPLE),
        ("cleo", PEOPLE),
        ("bo", f"{PEOPLE}?q=alert"),
        ("bo", f"/threads/{thread}"),
        ("bo", "/spaces/cohort-9/threads"),
        ("bo", f"/spaces/cohort-9/threads?by={world['ana']}"),
    ):
        text = browse(world[who]).get(page).text
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page
        found += "alert(1" in text
    assert found >= 2


def test_what_is_searched_for_is_text_too(browse, world):
    page = browse(world["bo"]).get(PEOPLE, query_string={"q": HOSTILE})
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize(
    "link",
    ["[x](javascript:alert(1))", "[x](data:text/html,x)", "<a onclick=x>", "![x](//evil/x.png)"],
)
def test_links_in_about_me_lead_nowhere_bad(app, world, link):
    says(app, world, SPACES, about=link)
    shown = seen(app, world, "bo")["about_html"]
    assert 'href="javascript' not in shown
    assert 'href="data' not in shown
    assert "<a onclick" not in shown
    assert "<img" not in shown


# ------------------------------------------------------------------ the form


def test_the_form_takes_fields_and_audiences_and_keeps_what_is_wrong(app, browse, world):
    client = browse(world["ana"])
    sent = {"name": "Ana Lind", "zone": "Asia/Tokyo", **TEXTS, "place_for": "leads"}
    assert send(client, "/me", "/me", **sent).status_code == 303
    with app.app_context():
        said = own_profile(Context.begin(world["ana"]))
        assert said.visible == {**AT_FIRST, "place": LEADS}
        assert said.about == TEXTS["about"]
    wrong = send(client, "/me", "/me", name="Ana", about="x" * 2_001, place="Oslo", place_for="all")
    assert wrong.status_code == 422
    assert "2001 characters, and 2000 fit" in wrong.text
    assert 'id="f-place_for-error"' in wrong.text
    assert 'value="Oslo"' in wrong.text
    assert 'value="Ana"' in wrong.text
    with app.app_context():
        assert own_profile(Context.begin(world["ana"])).place == "Heronville"


def test_the_page_says_what_each_audience_sees(app, browse, world):
    says(app, world, LEADS)
    page = browse(world["ana"]).get("/me").text
    everybody, leads = page.split('class="preview"')[1:]
    assert "Heron Institute" not in everybody
    assert "Heron Institute" in leads
