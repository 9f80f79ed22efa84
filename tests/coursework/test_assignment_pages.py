"""Assignments through the doors: pages without scripts, the desk, JSON."""

import io

from factories.assignments import BEST, WORDS, Course
from factories.files import PDF
from page_text import text_of as read_page

from community.coursework.models import (
    Marking,
)


def test_it_is_written_and_handed_in_without_scripts(browse, course):
    ana = course()
    client = browse(ana.ana)
    page = client.get(ana.page).text
    assert "those who facilitate this cohort read this" in page
    assert "2 criteria" in page
    sent = {"text": "So far", "revision": "0", "client_id": "from-a-form"}
    assert client.post(f"{ana.page}/work/draft", data=sent).status_code == 303
    upload = {**sent, "text": "So far it", "revision": "1", "upload": (io.BytesIO(PDF), "a.pdf")}
    answer = client.post(f"{ana.page}/work/files", data=upload, content_type="multipart/form-data")
    assert answer.status_code == 303
    page = client.get(ana.page).text
    assert "a.pdf" in page
    assert ">\nSo far it</textarea>" in page
    short = client.post(f"{ana.page}/work", data={**sent, "text": "Short", "revision": "2"})
    assert short.status_code == 422
    assert "It takes at least 3 words" in short.text
    whole = {**sent, "text": WORDS, "revision": "2"}
    forgot = client.post(f"{ana.page}/work", data={**whole, "upload": "b.pdf"})
    assert "not added it yet" in forgot.text
    assert client.post(f"{ana.page}/work", data=whole).status_code == 303
    page = client.get(ana.page).text
    assert "It waits to be read." in page
    assert "<textarea" not in page
    assert client.post(f"{ana.page}/work/take-back").status_code == 303
    assert "<textarea" in client.get(ana.page).text


def test_a_clash_shows_both_texts(browse, course):
    ana = course()
    ana.save("From one window")
    sent = {"text": "From the other", "revision": "0", "client_id": "from-a-form"}
    answer = browse(ana.ana).post(f"{ana.page}/work/draft", data=sent)
    assert answer.status_code == 409
    assert "<ins>one window</ins>" in answer.text


def test_it_is_marked_on_its_page_and_its_learner_sees_what_was_said(browse, course):
    ana = course()
    ana.hand_in()
    fay = browse(ana.fay)
    page = fay.get(ana.queue).text
    assert "Ana Lind" in page
    where = f"{ana.queue}/{ana.version().id}"
    assert "*wells*" not in fay.get(where).text
    assert "<em>wells</em>" in fay.get(where).text
    kept = {"level.c1": "c1l2", "comment": "Say **why**.", "edition": "0"}
    assert fay.post(where, data=kept).status_code == 303
    assert "Say" not in browse(ana.ana).get(ana.page).text.split('id="work"')[1]
    stale = browse(ana.world.owner).post(where, data={**kept, "comment": "Mine"})
    assert stale.status_code == 409
    assert "Fay Lee has marked this" in stale.text
    assert ">\nMine</textarea>" in stale.text
    back = {**kept, "edition": "1", "outcome": "returned"}
    assert fay.post(where, data=back).status_code == 303
    page = browse(ana.ana).get(ana.page).text
    assert "<strong>why</strong>" in page
    assert "1 of 5 points" in page
    assert "Hand in again" in page
    ana.hand_in(WORDS.replace("share", "share it"), 1, "handed-in-2")
    second = f"{ana.queue}/{ana.version(2).id}"
    assert "<ins>" in fay.get(second).text
    done = {"level.c1": "c1l1", "level.c2": "c2l1", "comment": "", "edition": "0"}
    assert fay.post(second, data={**done, "outcome": "accepted"}).status_code == 303
    page = browse(ana.ana).get(ana.page).text
    assert "Accepted by Fay Lee" in page
    assert "5 of 5 points" in page
    assert "<textarea" not in page
    for who, status in ((ana.ben, 403), (ana.ana, 403)):
        assert browse(who).get(ana.queue).status_code == status
        assert browse(who).get(second).status_code == (404 if who == ana.ben else 403)


def test_the_desk_counts_what_waits(browse, course):
    ana = course()
    desk = f"/spaces/{ana.world.slug}/manage"
    assert "to be read" not in browse(ana.fay).get(desk).text.split('id="numbers"')[0]
    ana.hand_in()
    page = browse(ana.fay).get(desk).text
    assert "hand-in waits to be read" in page
    assert ana.queue in page


def test_pages_ask_little_of_the_database(browse, course, count_queries):
    ana = course()
    ana.add()
    ana.hand_in()
    ana.mark(outcome=Marking.RETURNED)
    ana.hand_in(f"{WORDS} Now.", 1, "handed-in-2")
    ana.extend()
    second = f"{ana.queue}/{ana.version(2).id}"
    for who, where in (
        (ana.ana, ana.page),
        (ana.fay, ana.page),
        (ana.fay, ana.queue),
        (ana.fay, second),
        (ana.fay, f"{ana.page}/extensions"),
        (ana.fay, f"/spaces/{ana.world.slug}/manage"),
    ):
        client = browse(who)
        client.get(where)
        count_queries.clear()
        assert client.get(where).status_code == 200
        asked = [each for each in count_queries if not each.startswith(("BEGIN", "PRAGMA"))]
        assert len(asked) <= 10, (where, asked)


def test_it_is_done_over_json(browse, course):
    ana = course()
    client, fay = browse(ana.ana), browse(ana.fay)
    assert client.get(ana.api).json["stage"] == "open"
    saved = client.put(f"{ana.api}/draft", json={"text": "So far", "revision": 0})
    assert (saved.status_code, saved.json["revision"]) == (200, 1)
    data = {"name": "a.txt", "data": "VGhlIHdlbGxz"}
    made = client.post(f"{ana.api}/files", json=data)
    assert (made.status_code, made.json["size"]) == (201, 9)
    assert client.get(made.json["path"]).data == b"The wells"
    sent = {"text": WORDS, "revision": 1, "client_id": "over-json"}
    assert client.post(f"{ana.api}/versions", json=sent).status_code == 201
    [line] = fay.get(f"/api/v1/runs/{ana.world.run}/hand-ins").json["items"]
    one = f"/api/v1/hand-ins/{line['id']}"
    assert fay.get(one).json["files"][0]["name"] == "a.txt"
    mark = {"levels": BEST, "comment": "Well done", "edition": 0, "outcome": None}
    assert fay.put(f"{one}/marking", json=mark).json["edition"] == 1
    assert client.get(one).json["comment"] is None
    assert browse(ana.ben).get(one).status_code == 404
    mark = {**mark, "edition": 1, "outcome": "accepted"}
    assert fay.put(f"{one}/marking", json=mark).status_code == 200
    [version] = client.get(ana.api).json["versions"]
    assert (version["outcome"], version["comment"], version["points"]) == (
        "accepted",
        "Well done",
        5,
    )
    assert client.delete(f"{ana.api}/versions/waiting").status_code == 409
    file = f"/api/v1{made.json['path']}"
    assert client.delete(file).status_code == 409


def test_my_progress_says_what_is_read_and_what_came_back(app, browse):
    course = Course(app)
    page, ana = f"/spaces/{course.world.slug}/my-progress", browse(course.ana)
    read, back = "read by a person before it counts: ", "Given back to you, to go on with: "
    course.save()
    assert read not in read_page(ana.get(page))
    course.hand_in(revision=1)
    text = read_page(ana.get(page))
    assert read + "A letter to who holds it" in text
    assert back not in text
    course.mark(outcome=Marking.RETURNED)
    text = read_page(ana.get(page))
    assert back + "A letter to who holds it" in text
    assert read not in text
    assert back not in read_page(browse(course.ben).get(page))


def test_who_marks_reads_what_was_asked_what_is_missing_and_what_was_said_before(browse, course):
    ana = course()
    ana.hand_in()
    fay = browse(ana.fay)
    where = f"{ana.queue}/{ana.version().id}"
    page = fay.get(where).text
    assert "What was asked for" in page
    assert page.split('class="page-head"')[1].split("</p>")[0].count("(Nairobi)") == 2
    said = fay.post(where, data={"level.c1": "c1l2", "edition": "0", "outcome": "accepted"})
    assert said.status_code == 422
    summary = said.text.split("data-error-summary")[1].split("</div>")[0]
    titles = [each.title for each in ana.version_criteria()]
    assert f"{titles[1]}: Choose a level." in summary
    assert titles[0] not in summary
    assert 'href="#f-criterion-2"' in summary
    assert 'id="f-criterion-2"' in said.text
    back = {"level.c1": "c1l2", "comment": "Say **why**.", "edition": "0", "outcome": "returned"}
    assert fay.post(where, data=back).status_code == 303
    ana.hand_in(WORDS.replace("share", "share it"), 1, "handed-in-2")
    page = fay.get(f"{ana.queue}/{ana.version(2).id}").text
    assert "What was said to version 1" in page
    assert "<strong>why</strong>" in page
    assert "The levels are those of version 1" in page
    assert 'value="c1l2" data-worth="1" checked' in page
    assert "<span data-sum>1</span>" in page
