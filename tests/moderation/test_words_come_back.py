"""Who is silenced, or reads along from now on, while they write is given their words back."""

import pytest
from factories.moderation import take

from community.moderation.rules import Lasts

WORDS = "Forty-one litres a day, and none on Sundays."
THREAD = {"kind": "question", "title": "Litres of the well", "tags": "water", "body": WORDS}
NONCE = {"nonce": "a" * 32, "revision": "0"}


def silenced(app, place):
    take(app, place.space_id, place.owner, place.member, lasts=Lasts.LIFTED)
    return "silenced here until"


@pytest.mark.parametrize("address", ["new", "draft"])
@pytest.mark.parametrize("more", [{}, {"preview": "yes"}])
def test_a_new_thread_comes_back(app, browse, place, address, more):
    member = browse(place.member)
    assert member.get("/spaces/tide-school/threads/new").status_code == 200
    said = silenced(app, place)
    answer = member.post(f"/spaces/tide-school/threads/{address}", data=THREAD | NONCE | more)
    assert answer.status_code == 403
    for part in (said, WORDS, 'value="Litres of the well"', 'value="question"', "water"):
        assert part in answer.text
    assert member.get("/spaces/tide-school/threads/new").status_code == 403


@pytest.mark.parametrize("address", ["edit", "draft"])
def test_new_words_for_a_post_come_back(app, browse, place, address):
    member, page = browse(place.member), f"/posts/{place.post_id}/edit"
    assert member.get(page).status_code == 200
    said = silenced(app, place)
    given = {"body": WORDS, "edition": "1", "revision": "0"}
    answer = member.post(f"/posts/{place.post_id}/{address}", data=given)
    assert (answer.status_code, said in answer.text, WORDS in answer.text) == (403, True, True)
    assert member.get(page).status_code == 403
    theirs = browse(place.owner).post(f"/posts/{place.post_id}/{address}", data=given)
    assert (theirs.status_code, "<textarea" in theirs.text) == (403, False)


def test_a_reply_comes_back_as_it_did(app, browse, place):
    said = silenced(app, place)
    for address in ("replies", "draft"):
        answer = browse(place.member).post(
            f"/threads/{place.thread_id}/{address}", data={"body": WORDS}
        )
        assert (answer.status_code, said in answer.text) == (403, True)
        assert WORDS in answer.text
