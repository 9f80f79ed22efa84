"""What is suggested as one types: titles and names, and nothing that a search would not find."""

import pytest
from conftest import acting, browser
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.live import make_session
from factories.spaces import join

from community.search.operations import rebuild
from community.search.queries.suggesting import suggest
from community.search.rules.asking import LONGEST, read
from community.search.rules.suggesting import MOST_SUGGESTED, as_typed, few
from community.spaces.operations import remove_member

URL = "/api/v1/search/suggestions"


def suggested(shore, query, who="member"):
    """Return the names of what is suggested to somebody."""
    with shore.app.app_context():
        return [each.name for each in suggest(acting(shore.people[who]), query)]


def test_titles_and_names_are_suggested_by_the_beginning_of_the_last_word(shore):
    assert suggested(shore, "tid") == ["Tide school", "Reading the tide tables"]
    assert suggested(shore, "the tide t") == ["Reading the tide tables"]
    assert suggested(shore, "tables read") == ["Reading the tide tables"]
    assert suggested(shore, "cafe in lodz") == ["Café in Łódź"]
    assert suggested(shore, "wri") == ["Writer Example"]
    assert suggested(shore, "ables") == suggested(shore, "tid tables") == []


def test_what_stands_in_a_text_alone_is_not_suggested(shore):
    assert shore.find("storm")
    assert shore.find("pelican")
    assert suggested(shore, "storm") == suggested(shore, "pelican") == []


@pytest.mark.parametrize("query", ["", "  ", "...", "in:tide-school", "is:thread", '"', "-tide"])
def test_where_no_word_is_typed_nothing_is_suggested(shore, query):
    assert suggested(shore, query) == []


def test_filters_count_as_in_a_search(shore):
    assert suggested(shore, "in:tide-school tid") == ["Reading the tide tables"]
    assert suggested(shore, "in:nowhere tid") == suggested(shore, "is:session tid") == []
    assert suggested(shore, "tables -reading tid") == []
    assert suggested(shore, "from:writer tid") == ["Reading the tide tables"]
    assert suggested(shore, "from:me tid") == []


def test_each_kind_has_its_place(shore):
    for number in range(MOST_SUGGESTED + 2):
        title = f"Tide number {number}"
        make_thread(shore.app, shore.space, shore.people["writer"], title=title)
    make_session(shore.app, shore.space, shore.people["leader"], title="Tide by night")
    join(shore.app, shore.space, make_user(shore.app, "Tide Walker"))
    with shore.app.app_context():
        rebuild(acting(None))
    found = suggested(shore, "tide")
    assert found == ["Tide Walker", "Tide school", "Tide number 6", "Tide number 5",
                     "Tide by night"]  # fmt: skip


def test_what_begins_so_stands_before_what_only_holds_it(shore):
    make_thread(shore.app, shore.space, shore.people["writer"], title="Tables of all kinds")
    make_thread(shore.app, shore.space, shore.people["writer"], title="More tables")
    shore.work()
    assert suggested(shore, "tabl") == [
        "Tables of all kinds",
        "More tables",
        "Reading the tide tables",
    ]


def test_nobody_is_suggested_what_is_not_theirs(shore):
    assert suggested(shore, "heron") == suggested(shore, "far away") == []
    assert suggested(shore, "stranger") == []
    assert suggested(shore, "heron", "stranger") == ["Heron tide secret"]
    assert suggested(shore, "far a", "stranger") == ["Far away"]
    shore.act(remove_member, "leader", shore.space, shore.people["member"])
    assert suggested(shore, "tide") == suggested(shore, "writer") == []


def test_json_says_what_it_is_and_where(browse, shore):
    answer = browse(shore.people["member"]).get(f"{URL}?q=tid")
    assert answer.json == {
        "items": [
            {
                "kind": "space",
                "title": "Tide school",
                "about": "Space",
                "address": "/spaces/tide-school",
            },
            {
                "kind": "thread",
                "title": "Reading the tide tables",
                "about": "Question · Tide school",
                "address": f"/threads/{shore.threads['tide']}",
            },
        ]
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert browse(shore.people["member"]).get("/api/v1/search?q=tide").headers["Cache-Control"] != (
        "no-store"
    )


@pytest.mark.parametrize("query", ["", f"q={'x' * (LONGEST + 1)}", "q=a&page=2"])
def test_json_names_what_cannot_be_used(browse, shore, query):
    assert browse(shore.people["member"]).get(f"{URL}?{query}").status_code == 422


def test_who_is_not_signed_in_is_suggested_nothing(browse, shore):
    assert browse().get(f"{URL}?q=tide").status_code == 401


def test_no_log_holds_what_was_begun(browse, shore, capsys):
    browse(shore.people["member"]).get(f"{URL}?q=verysecretword")
    told = capsys.readouterr()
    assert "verysecretword" not in told.out + told.err


def test_only_so_many_are_asked_for_in_a_minute(strict, shore):
    member = browser(strict, shore.people["member"])
    answers = [member.get(f"{URL}?q=tide").status_code for _ in range(91)]
    assert answers == [200] * 90 + [429]
    assert browser(strict, shore.people["writer"]).get(f"{URL}?q=tide").status_code == 200


def test_it_takes_few_statements(browse, shore, count_queries):
    member = browse(shore.people["member"])
    member.get(f"{URL}?q=tid")
    count_queries.clear()
    assert member.get(f"{URL}?q=tid").json["items"]
    assert len(count_queries) <= 6


def test_the_field_of_every_page_says_where_to_ask(browse, shore):
    member = browse(shore.people["member"])
    for path in ("/home", "/search"):
        text = member.get(path).text
        assert f'data-suggestions="{URL}"' in text
        assert "data-suggests" in text


def test_of_each_group_the_first_go_before_the_second():
    assert few([[1, 2, 3, 4, 5, 6]]) == [1, 2, 3, 4, 5]
    assert few([[1, 2, 3], [], [4, 5, 6], [7]]) == [1, 2, 4, 5, 7]
    assert few([]) == few([[]]) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("tide t", ["tide"]),
        ("tide tables", ["tide", "tables"]),
        ("week 2", ["week", "2"]),
        ("t", ["t"]),
        ("", []),
        ("日 本", ["日", "本"]),
    ],
)
def test_a_letter_that_was_just_begun_narrows_nothing(typed, kept):
    asked = as_typed(read(typed))
    assert [word for term in asked.terms for word in term.words] == kept
