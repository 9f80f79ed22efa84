"""docs/adding-an-activity-kind.md is followed to the letter, so that it stays true.

Every block is written into a copy of the tree, and at the end the tests of the new kind are run
there, with those that ask every kind and every act: once, and on SQLite only. The journeys that the
page changes are not run: they need a browser and a built front end.
"""

from docs.following import followed

BAD_INPUT, ACTING, STUDIO = (
    f"tests/{x}.py"
    for x in (
        "architecture/test_bad_input",
        "architecture/test_acting_matrix",
        "academy/test_studio_pages",
    )
)
# Of the tests that the page runs, those that look at what a new kind adds.
QUICK = (
    "tests/academy/test_kinds_tool.py",
    "tests/academy/test_tool_pages.py",
    "tests/academy/test_course_elsewhere.py",
    "tests/academy/test_kinds_rules.py",
    "tests/academy/test_folder_round_trip.py::test_reading_what_was_written_gives_the_same_course",
    f"{STUDIO}::test_every_kind_has_words_for_its_author_and_a_label_for_each_of_its_keys",
    "tests/coursework/test_tools.py",
    "tests/architecture/test_conventions.py::test_every_route_says_who_may_call_it",
    "tests/architecture/test_conventions.py::test_the_import_contracts_hold",
    f"{BAD_INPUT}::test_every_act_there_is_is_in_the_table",
    f"{ACTING}::test_who_may_not_is_refused_and_who_does_not_see_finds_nothing",
)


def test_every_block_does_what_the_page_says(tmp_path):
    reader = followed("adding-an-activity-kind.md", tmp_path / "tree")
    assert (len(reader.written), len(reader.changed)) == (11, 44)
    assert reader.tests >= {"tests/coursework", "tests/architecture", QUICK[0]}
    reader.run(".venv/bin/pytest", *QUICK, "-q", "-m", "not postgres")
