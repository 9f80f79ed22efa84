"""Mentions on pages, without scripts: the writer is told what reaches nobody."""

from factories.discussions import reply

EVERYONE = "“@everyone” stays text"


def test_who_writes_is_told_that_everyone_stays_text(place, browse):
    member = browse(place.member)
    thread = f"/threads/{place.thread_id}"
    member.post(f"{thread}/replies", data={"body": "Hi @everyone", "seen": "1"})
    assert EVERYONE in member.get(thread).text
    assert EVERYONE not in member.get(thread).text, "once"

    lead = browse(place.facilitator)
    lead.post(f"{thread}/replies", data={"body": "Hi @everyone", "seen": "2"})
    page = lead.get(thread).text
    assert EVERYONE not in page
    assert '<span class="mention">@everyone</span>' in page


def test_who_writes_a_post_anew_is_told_so_too(app, place, browse):
    member = browse(place.member)
    number = reply(app, place.thread_id, place.member, "Hello")
    [row] = [
        each
        for each in member.get(f"/api/v1/threads/{place.thread_id}/posts").json["items"]
        if each["number"] == number
    ]
    edit = f"/posts/{row['id']}/edit"
    assert f'data-writing="{place.space_id}"' in member.get(edit).text
    member.post(edit, data={"body": "Hello @everyone", "edition": "1"})
    assert EVERYONE in member.get(f"/threads/{place.thread_id}").text


def test_the_boxes_to_write_in_say_for_which_space_they_are(place, browse):
    member = browse(place.member)
    mark = f'data-writing="{place.space_id}"'
    assert mark in member.get(f"/threads/{place.thread_id}").text
