"""The pages on which an archive is brought in, looked at and taken back."""

import io

import pytest
from factories.mail import archive, begin, bring, message
from page_text import text_of

from community.kernel.jobs import run_everything

TALK = archive(
    message(1), message(2, answers="m1@lists.example"), message(3, answers="x@y", subject="Tides")
)
WHERE = "/spaces/tide-school/archives"


def upload(client, data=TALK, name="list.mbox"):
    return client.post(WHERE, data={"upload": (io.BytesIO(data), name)})


def test_an_archive_is_brought_in_and_reported(app, place, browse):
    client = browse(place.people["organiser"])
    assert WHERE in client.get("/spaces/tide-school/threads").text
    assert "Nothing yet" in client.get(WHERE).text
    answer = upload(client)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Being read" in page
    assert "Look again" in page
    run_everything(app)
    page = client.get(answer.location)
    for words in ("Brought in", "Answers a message that is missing", "Tides", "Take it back"):
        assert words in text_of(page)
    csv = client.get(f"{answer.location}/messages.csv").get_data(as_text=True)
    assert csv.count("\n") == 4
    assert '"3","yes","2020-03-03T10:00:00+00:00","Tides","1"' in csv
    assert client.get(f"{answer.location}/messages.xlsx").status_code == 200
    assert client.get(f"{answer.location}/messages.exe").status_code == 404
    assert "3 posts" in text_of(client.get(WHERE))
    again = upload(client).location
    run_everything(app)
    page = text_of(client.get(again))
    assert "Was brought in before already." in page
    assert "Take it back" not in page  # there is nothing to take back


def test_it_is_taken_back_on_its_page(app, place, browse):
    key = bring(app, place.space_id, place.people["owner"], TALK)
    client = browse(place.people["owner"])
    assert client.post(f"/mail-imports/{key}/take-back").status_code == 303
    assert "Being taken back" in client.get(f"/mail-imports/{key}").text
    run_everything(app)
    page = text_of(client.get(f"/mail-imports/{key}"))
    assert "All of it is gone" in page
    assert "Take back what" not in page


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "", "Choose a file first."),
        (b"Hello", "list.mbox", "This is neither an archive of mail"),
        (b"\x1f\x8b\x08broken", "list.mbox.gz", "This file is damaged"),
    ],
)
def test_what_is_refused_is_refused_in_words(place, browse, data, name, words):
    answer = upload(browse(place.people["owner"]), data, name)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_second_archive_waits_for_the_first(app, place, browse):
    begin(app, place.space_id, place.people["owner"], TALK)
    answer = upload(browse(place.people["owner"]))
    assert answer.status_code == 409
    assert "Another archive is at work" in answer.text


def test_the_way_there_is_shown_to_who_may_go_it(place, browse):
    for who, shown in (("organiser", True), ("facilitator", False), ("member", False)):
        client = browse(place.people[who])
        assert (WHERE in client.get("/spaces/tide-school/threads").text) == shown
        assert client.get(WHERE).status_code == (200 if shown else 403)


def test_the_pages_ask_little_of_the_database(app, place, browse, count_queries):
    key = bring(app, place.space_id, place.people["owner"], TALK)
    client = browse(place.people["owner"])
    for where in (WHERE, f"/mail-imports/{key}", f"/mail-imports/{key}/messages.csv"):
        client.get(where)
        count_queries.clear()
        assert client.get(where).status_code == 200
        assert len(count_queries) <= 10
