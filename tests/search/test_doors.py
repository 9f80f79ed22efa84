"""The page of results, the field in every frame, and JSON."""

import pytest
from conftest import browser
from factories.discussions import make_thread

from community.search.rules.asking import LONGEST


def test_the_page_shows_what_was_found_and_why(browse, shore):
    text = browse(shore.people["member"]).get("/search?q=storm").text
    assert "<mark>storm</mark>" in text
    assert f'href="/threads/{shore.threads["tide"]}?post=2"' in text
    assert 'aria-current="true">All <span class="muted">2</span>' in text
    assert "Tide school" in text
    assert "Writer Example" in text


def test_a_kind_is_shown_alone(browse, shore):
    text = browse(shore.people["member"]).get("/search?q=storm&kind=post").text
    assert text.count("<mark>storm</mark>") == 1
    empty = browse(shore.people["member"]).get("/search?q=storm&kind=session").text
    assert "Nothing of this kind" in empty
    assert browse(shore.people["member"]).get("/search?q=storm&kind=x&page=-1").status_code == 200


def test_what_was_written_is_text_and_never_markup(app, browse, shore):
    make_thread(
        app,
        shore.space,
        shore.people["writer"],
        title="<script>alert(1)</script> quail",
        body='`<img src=x onerror=quail>` & <b>quail</b> "quail"',
    )
    shore.work()
    text = browse(shore.people["member"]).get("/search?q=quail").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>quail</mark>" in text
    assert "&lt;img src=x onerror=<mark>quail</mark>&gt;" in text
    asked = browse(shore.people["member"]).get('/search?q="><script>alert(2)</script>').text
    assert "<script>alert" not in text + asked


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Search all your spaces at once"),
        ("...", "There is no word in that"),
        ("nothinglikethat", "Nothing was found"),
        ("tide has:wings", "“has:” takes file, picture, poll, code or answer, not “wings”."),
        ("tide before:soon", "“soon” is no day."),
        ("tide is:blue", "“is:” takes one of these"),
        ("tide in:nowhere", "You belong to no space called “nowhere”."),
        ("tide -in:nowhere", "A filter cannot be turned round"),
        ("x" * (LONGEST + 1), "we looked for its beginning"),
    ],
)
def test_every_question_has_an_answer_in_words(browse, shore, query, said):
    answer = browse(shore.people["member"]).get("/search", query_string={"q": query})
    assert answer.status_code == 200
    assert said in answer.text
    assert "How to narrow it down" in answer.text


def test_where_a_filter_lets_nothing_through_one_is_led_to_the_words_alone(browse, shore):
    member = browse(shore.people["member"])
    text = member.get("/search", query_string={"q": 'from:nobody "low water" tide'}).text
    assert 'href="/search?q=%22low+water%22+tide"' in text
    assert "stands in quotation marks" in text
    text = member.get("/search?q=from:nobody").text
    assert "Take a filter away." in text
    for query in ("nothinglikethat", "nothing  likethat"):
        text = member.get("/search", query_string={"q": query}).text
        assert "Take a filter away" not in text


def test_the_frame_of_every_page_holds_the_field(browse, shore):
    text = browse(shore.people["member"]).get("/home").text
    assert '<form class="rail-search" method="get" action="/search">' in text
    assert '<a href="/search" aria-label="Search">' in text


def test_talk_leads_to_a_search_in_its_space(browse, shore):
    member = browse(shore.people["member"])
    for path in ("/spaces/tide-school/threads", f"/threads/{shore.threads['tide']}"):
        assert 'href="/search?q=in:tide-school' in member.get(path).text


def test_json_finds_the_same(browse, shore):
    member = browse(shore.people["member"])
    found = member.get("/api/v1/search?q=storm").json
    assert [item["kind"] for item in found["items"]].count("post") == 1
    post = next(item for item in found["items"] if item["kind"] == "post")
    assert [piece["text"] for piece in post["passage"] if piece["hit"]] == ["storm"]
    assert post["thread_id"] == str(shore.threads["tide"])
    assert (post["number"], post["space"]["slug"]) == (2, "tide-school")
    assert found["next"] is None
    counts = {each["kind"]: each["found"] for each in found["counts"]}
    assert (counts["thread"], counts["post"]) == (1, 1)
    hinted = member.get("/api/v1/search?q=has:wings").json
    assert hinted["hints"] == [{"filter": "has", "given": "wings"}]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "q"),
        (f"q={'x' * (LONGEST + 1)}", "q"),
        ("q=a&kind=gull", "kind"),
        ("q=a&page=0", "page"),
        ("q=a&page=6", "page"),
        ("q=a&page=11&limit=10", "page"),
        ("q=a&page=101&limit=1", "page"),
        ("q=a&limit=1000", "limit"),
        ("q=a&more=1", "more"),
    ],
)
def test_json_names_what_cannot_be_used(browse, shore, query, field):
    refused = browse(shore.people["member"]).get(f"/api/v1/search?{query}")
    assert refused.status_code == 422
    assert list(refused.json["fields"]) == [field]


def test_short_pages_of_json_lead_to_all_that_long_ones_show(browse, shore):
    for number in range(7):
        make_thread(shore.app, shore.space, shore.people["writer"], title=f"Ibis {number}")
    shore.work()
    member, found, page = browse(shore.people["member"]), [], 1
    while page:
        shown = member.get(f"/api/v1/search?q=ibis&limit=1&page={page}").json
        found += [item["id"] for item in shown["items"]]
        page = shown["next"]
    whole = member.get("/api/v1/search?q=ibis").json
    assert found == [item["id"] for item in whole["items"]]
    assert len(found) == 7


def test_who_is_not_signed_in_is_asked_to(browse, shore):
    assert browse().get("/search?q=tide").status_code == 302
    assert browse().get("/api/v1/search?q=tide").status_code == 401


def test_an_answer_takes_few_statements_whatever_is_found(browse, shore, count_queries):
    member = browse(shore.people["member"])
    for path in ("/search?q=storm", "/search?q=in:tide-school from:writer gauge", "/search?q=a"):
        member.get(path)
        count_queries.clear()
        assert member.get(path).status_code == 200
        assert len(count_queries) <= 10, path


def test_only_so_many_questions_a_minute_are_answered(strict, shore):
    member = browser(strict, shore.people["member"])
    answers = [member.get("/search?q=tide").status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]


def test_no_log_holds_what_was_asked(browse, shore, capsys):
    browse(shore.people["member"]).get("/search?q=verysecretword")
    browse(shore.people["member"]).get("/api/v1/search?q=verysecretword")
    told = capsys.readouterr()
    assert "verysecretword" not in told.out + told.err
