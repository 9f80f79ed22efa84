"""Posts of who is new in a space have few links, where who leads it has set so."""

import pytest
from conftest import acting
from factories.discussions import make_thread, reply
from factories.forms import send
from factories.moderation import post_of
from factories.spaces import join, make_space

from community.discussions.models import ThreadKind
from community.discussions.operations import edit_post, post_reply, remove_post, start_thread
from community.discussions.rules import FIRST_POSTS, is_newcomer, links_away
from community.kernel.errors import Invalid
from community.moderation.operations import set_limits
from community.moderation.queries import record_of

PAGE = "/spaces/tide-school/moderation/limits"
OFF = {"slow_seconds": 0, "newcomer_links": None, "approve_first": 0, "blocked_words": []}
ONE, TWO = "See https://tides.example/a.", "See [a](https://a.example) and www.b.example too."


def set_to(app, place, links):
    with app.app_context():
        set_limits(acting(place.organiser), place.space_id, **{**OFF, "newcomer_links": links})


def says(place, who, body):
    return post_reply(acting(who), place.thread_id, body=body)


@pytest.mark.parametrize(
    ("address", "away"),
    [
        ("https://other.example/a", 1),
        ("http://other.example", 1),
        ("mailto:a@other.example", 1),
        ("//other.example/a", 1),
        ("///other.example/a", 1),
        ("/////other.example", 1),
        ("https:/other.example", 1),
        ("https://[::1/a", 1),
        ("https://site.example@other.example/a", 1),
        ("https://site.example.other.example/a", 1),
        ("https://SITE.example/threads/1", 0),
        ("/people/1", 0),
        ("#fn1", 0),
        ("?page=2", 0),
    ],
)
def test_links_to_other_places_are_counted(address, away):
    html = f'<p>href="https://x.example" <a title="a" href="{address}" rel="nofollow">b</a></p>'
    assert links_away(html, "site.example") == away
    assert links_away(html * 3, "site.example") == 3 * away


def test_who_is_new_has_few_posts_that_stand():
    assert is_newcomer(0)
    assert is_newcomer(FIRST_POSTS - 1)
    assert not is_newcomer(FIRST_POSTS)


def test_a_post_of_who_is_new_has_few_links_until_some_stand(app, place):
    with app.app_context():
        says(place, place.member, TWO)  # any number, as long as nothing is set
    set_to(app, place, 1)
    elsewhere = make_space(app)
    join(app, elsewhere, place.other)
    thread = make_thread(app, elsewhere, place.other)
    for _ in range(FIRST_POSTS):
        reply(app, thread, place.other, "What is said elsewhere makes nobody known here.")
    with app.app_context():
        with pytest.raises(Invalid) as told:
            says(place, place.other, TWO)
        assert list(told.value.fields) == ["body"]
        assert "may have one link to another place. It has 2 now." in told.value.message
        assert "Once 3 posts of yours stand here" in told.value.message
        made = says(place, place.other, ONE)
        says(place, place.other, "Among ourselves: [a](/threads) and [b](#top), @Owner Example.")
        with pytest.raises(Invalid):
            edit_post(acting(place.other), made.id, body=TWO, edition=1)
        with pytest.raises(Invalid):
            start_thread(
                acting(place.other),
                place.space_id,
                kind=ThreadKind.QUESTION,
                title="https://a.example https://b.example",
                body=TWO,
            )
        third = start_thread(
            acting(place.other),
            place.space_id,
            kind=ThreadKind.QUESTION,
            title="https://a.example https://b.example",
            body="A title is text.",
        )
        last = says(place, place.other, TWO)
        # one that is gone stands for nobody, and two are too few again
        first = post_of(app, third.id, 1)
        remove_post(acting(place.other), first)
        remove_post(acting(place.other), last.id)
        with pytest.raises(Invalid):
            says(place, place.other, TWO)


def test_with_none_no_link_is_taken_and_who_leads_is_not_new(app, place):
    set_to(app, place, 0)
    with app.app_context():
        with pytest.raises(Invalid, match="may have no links to other places yet"):
            says(place, place.other, ONE)
        with pytest.raises(Invalid):
            says(place, place.other, "![A picture](https://tides.example/a.png)")
        for who in (place.owner, place.organiser, place.facilitator):
            says(place, who, TWO)


def test_links_are_set_on_the_page_and_over_json_and_stand_in_the_record(app, place, browse):
    leader = browse(place.organiser)
    # no choice has an empty value: a browser would not send the form
    assert 'value="any" selected>Any number' in leader.get(PAGE).text
    assert '<option value=""' not in leader.get(PAGE).text
    given = {"slow_seconds": "0", "approve_first": "0", "blocked_words": ""}
    assert send(leader, PAGE, PAGE, **given, newcomer_links="0").status_code == 303
    assert 'value="0" selected>No links' in leader.get(PAGE).text
    assert send(leader, PAGE, PAGE, **given, newcomer_links="3").status_code == 422
    api = f"/api/v1/spaces/{place.space_id}/limits"
    assert leader.get(api).json == {**OFF, "newcomer_links": 0}
    for wrong in (3, -1, "x"):
        assert leader.put(api, json={**OFF, "newcomer_links": wrong}).status_code == 422
    assert leader.put(api, json={"slow_seconds": 0, "blocked_words": []}).status_code == 422
    assert leader.put(api, json={**OFF, "newcomer_links": 5}).json["newcomer_links"] == 5
    with app.app_context():
        acts = record_of(acting(place.facilitator), place.space_id).items
        with pytest.raises(Invalid):
            set_limits(acting(place.owner), place.space_id, **{**OFF, "newcomer_links": 4})
    assert [(act.what, act.before, act.after) for act in acts] == [
        ("links", "0", "5"),
        ("links", "any", "0"),
    ]
    assert "Any number → No links" in leader.get("/spaces/tide-school/moderation/record").text
    assert send(leader, PAGE, PAGE, **given, newcomer_links="any").status_code == 303
    assert leader.get(api).json == OFF
    set_to(app, place, 1)
    member, thread = browse(place.other), f"/threads/{place.thread_id}"
    sent = send(member, thread, f"{thread}/replies", body=TWO, seen="2")
    assert sent.status_code == 422
    assert "www.b.example too.</textarea>" in sent.text
    assert "You are new here" in sent.text
    told = member.post(f"/api/v1{thread}/posts", json={"body": TWO})
    assert (told.status_code, list(told.json["fields"])) == (422, ["body"])
