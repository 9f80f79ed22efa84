"""Posts mention people and groups: who can be, what is kept, what an edit adds."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.accounts.models import User
from community.discussions.models import STALE, Mention, Post
from community.discussions.operations import (
    edit_post,
    erase,
    post_reply,
    remove_post,
    render_again,
    rendered_alone,
    unheard,
    wipe_removed,
)
from community.discussions.queries import personal
from community.discussions.rules import (
    KEPT_FOR,
    MOST_MENTIONED,
    MentionedGroup,
    chosen_form,
)
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.spaces.operations import remove_member

pytestmark = pytest.mark.usefixtures("inside")


def link(user_id, name):
    rel = "nofollow noopener noreferrer"
    return f'<a class="mention" href="/people/{user_id}" rel="{rel}">@{name}</a>'


def say(place, body, who="member"):
    return post_reply(acting(place.people[who]), place.thread_id, body=body)


def html_of(post):
    return db.session.get_one(Post, post.id, populate_existing=True).html


def kept(post):
    rows = db.session.execute(
        sa.select(Mention.user_id, Mention.whole).where(Mention.post_id == post.id)
    )
    return {row.user_id or row.whole for row in rows}


def told(post):
    """Whom the log says to be mentioned, an event each."""
    rows = db.session.scalars(
        sa.select(EventRow.payload)
        .where(EventRow.name == "discussions.people_mentioned")
        .order_by(EventRow.id)
    )
    return [({*row["people"]}, row["groups"]) for row in rows if row["post_id"] == str(post.id)]


def test_a_member_is_mentioned_by_name_without_case_and_accents(app, place):
    zoe = make_user(app, "Zoë Ngũgĩ")
    join(app, place.space_id, zoe)
    post = say(place, "Ask @zoe  NGUGI, she knows.")
    assert html_of(post) == f"<p>Ask {link(zoe, 'Zoë Ngũgĩ')}, she knows.</p>\n"
    assert kept(post) == {zoe}
    assert told(post) == [({str(zoe)}, [])]


def test_nobody_outside_the_space_is_mentioned_nor_who_left_nor_who_is_shut_out(app, place):
    left, out = make_user(app, "Lea Left"), make_user(app, "Ole Out")
    for each in (left, out):
        join(app, place.space_id, each)
    remove_member(acting(place.owner), place.space_id, left)
    with unit_of_work(Context.begin(None)):
        db.session.get_one(User, out).deactivated_at = dt.datetime.now(dt.UTC)
    names = "@Out Sider, @Lea Left, @Ole Out and @No Body"
    post = say(place, f"{names}; {chosen_form('Out Sider', place.outsider)}")
    assert html_of(post) == f"<p>{names}; @Out Sider</p>\n", "as if there were nobody of that name"
    assert kept(post) == set()
    assert told(post) == []


def test_a_name_that_two_bear_is_text_unless_one_is_chosen(app, place):
    first, second = make_user(app, "Ana Lima"), make_user(app, "Aña Lima")
    for each in (first, second):
        join(app, place.space_id, each)
    post = say(place, f"@Ana Lima or {chosen_form('Ana Lima', second)}?")
    assert html_of(post) == f"<p>@Ana Lima or {link(second, 'Aña Lima')}?</p>\n"
    assert kept(post) == {second}


def test_the_longest_name_is_meant(app, place):
    short, long = make_user(app, "Ana Lima"), make_user(app, "Ana Lima Costa")
    for each in (short, long):
        join(app, place.space_id, each)
    assert kept(say(place, "@Ana Lima Costa")) == {long}
    assert kept(say(place, "@Ana Lima Costas")) == {short}
    assert kept(say(place, "@Ana Limas")) == set()


def test_a_name_that_looks_like_markup_is_text_on_the_page(app, place):
    key = make_user(app, "Bo <img src=x>")
    join(app, place.space_id, key)
    post = say(place, "Ask @Bo <img src=x>!")
    assert kept(post) == {key}
    assert "<img" not in html_of(post)
    assert "&lt;img src=x" in html_of(post)


def test_groups_are_for_everybody_and_everyone_is_for_who_leads(place):
    asked = say(place, "@Organisers and @facilitators: may I? @everyone")
    assert html_of(asked) == (
        '<p><span class="mention">@Organisers</span> and '
        '<span class="mention">@facilitators</span>: may I? @everyone</p>\n'
    )
    assert kept(asked) == {MentionedGroup.ORGANISERS, MentionedGroup.FACILITATORS}
    assert unheard(acting(place.member), "Hi @everyone", place.thread_id) == [
        "“@everyone” stays text: those who lead this space mention everybody."
    ]
    assert unheard(acting(place.member), "`@everyone`", place.thread_id) == []
    led = say(place, "@everyone, look", who="facilitator")
    assert kept(led) == {MentionedGroup.EVERYONE}
    assert unheard(acting(place.facilitator), "@everyone", place.thread_id) == []


def test_one_post_mentions_twenty_people(app, place):
    names = [f"Person {number:02}" for number in range(MOST_MENTIONED + 2)]
    for name in names:
        join(app, place.space_id, make_user(app, name))
    text = " ".join(f"@{name}" for name in [names[0], *names])
    post = say(place, text)
    assert len(kept(post)) == MOST_MENTIONED
    assert html_of(post).count('class="mention"') == MOST_MENTIONED + 1
    assert unheard(acting(place.member), text, place.thread_id) == [
        "A post mentions at most 20 people."
    ]


@pytest.mark.parametrize("text", ["@" * 10_000, "@Ana Lima " * 2_000, "@[x](person:y)" * 1_400])
def test_a_text_of_nothing_but_mentions_is_looked_up_in_one_statement(
    app, place, count_queries, text
):
    say(place, "A first one")
    count_queries.clear()
    say(place, "No names. " * 100)  # long: where it stands is asked before it is rendered, too
    plain = len(count_queries)
    count_queries.clear()
    say(place, text)
    assert len(count_queries) <= plain + 1


def test_an_edit_tells_only_of_who_is_added(place):
    post = say(place, "@Owner Example, look.")
    edit_post(acting(place.member), post.id, body="@Owner Example, @Observer Example.", edition=1)
    assert kept(post) == {place.owner, place.observer}
    edit_post(acting(place.member), post.id, body="@Observer Example, @organisers.", edition=2)
    assert kept(post) == {place.observer, MentionedGroup.ORGANISERS}
    assert told(post) == [
        ({str(place.owner)}, []),
        ({str(place.observer)}, []),
        (set(), ["organisers"]),
    ]


def test_who_is_mentioned_stays_so_when_called_otherwise_or_gone(app, place):
    ada = make_user(app, "Ada King")
    join(app, place.space_id, ada)
    post = say(place, "Ask @Ada King.")
    with unit_of_work(Context.begin(None)):
        db.session.get_one(User, ada).name = "Ada Lovelace"
    remove_member(acting(place.owner), place.space_id, ada)
    edit_post(acting(place.member), post.id, body="Do ask @Ada King.", edition=1)
    assert html_of(post) == f"<p>Do ask {link(ada, 'Ada Lovelace')}.</p>\n"
    assert len(told(post)) == 1


def make_stale(post, renderer=2):
    with unit_of_work(Context.begin(None)):
        row = db.session.get_one(Post, post.id)
        row.renderer, row.html = renderer, "<p>old</p>"


def test_what_an_older_renderer_made_is_made_again_with_whom_it_mentions(place):
    post = say(place, "@Owner Example :tada: @Outsider")
    before = html_of(post)
    make_stale(post)
    assert render_again(acting(None)) == 1
    now = db.session.get_one(Post, post.id, populate_existing=True)
    assert (now.html, now.renderer, now.edition) == (before, markdown.RENDERER, 1)
    assert now.edited_at is None
    assert len(told(post)) == 1
    assert render_again(acting(None)) == 0


def test_whoever_raises_the_renderer_raises_what_is_stale():
    assert f"renderer < {markdown.RENDERER}" == STALE, "and its index, by a migration"


def test_when_nothing_is_to_be_made_again_one_statement_says_so(place, count_queries):
    count_queries.clear()
    render_again(acting(None))
    assert len(count_queries) == 1


def test_nothing_is_rendered_inside_a_unit_of_work(place, renderings):
    post = say(place, "@Owner Example")
    edit_post(acting(place.member), post.id, body="@owner example", edition=1)
    make_stale(post)
    render_again(acting(None))
    rendered_alone("@Owner Example")
    assert renderings == ["outside"] * 4


def test_what_was_changed_or_wiped_meanwhile_is_left_alone(place, monkeypatch):
    changed, wiped = say(place, "One"), say(place, "Two")
    for post in (changed, wiped):
        make_stale(post)

    def meanwhile(keys):
        edit_post(acting(place.member), changed.id, body="Three", edition=1)
        with unit_of_work(Context.begin(None)):
            row = db.session.get_one(Post, wiped.id)
            row.body = row.html = ""
        monkeypatch.undo()
        return dict.fromkeys(keys)

    monkeypatch.setattr("community.discussions.operations.rerendering.rolls_of_posts", meanwhile)
    render_again(acting(None))
    assert html_of(changed) == "<p>Three</p>\n"
    assert html_of(wiped) == ""


def test_nobody_is_mentioned_any_more_who_deletes_their_account(app, place):
    ada = make_user(app, "Ada King")
    join(app, place.space_id, ada)
    post = say(place, f"@Ada King, {chosen_form('Ada King', ada)} and @Owner Example")
    assert [each["number"] for each in personal(acting(ada))["mentioned_in"]] == [2]
    erase(acting(ada))
    assert kept(post) == {place.owner}
    render_again(acting(None))
    assert html_of(post) == (
        f"<p>@Ada King, @Ada King and {link(place.owner, 'Owner Example')}</p>\n"
    )


def test_what_is_wiped_mentions_nobody(place):
    post = say(place, "@Owner Example")
    remove_post(acting(place.member), post.id)
    assert kept(post) == {place.owner}, "it can be put back"
    wipe_removed(acting(None, now=dt.datetime.now(dt.UTC) + KEPT_FOR + dt.timedelta(days=1)))
    assert kept(post) == set()


def test_what_a_course_says_mentions_nobody():
    assert "mention" not in rendered_alone("@everyone and @Owner Example").html


def test_a_person_of_another_space_is_not_mentioned_by_who_leads_there(app, place):
    other = make_space(app, "Elsewhere")
    join(app, other, place.member)
    join(app, other, place.outsider)
    assert kept(say(place, "@Out Sider")) == set()
