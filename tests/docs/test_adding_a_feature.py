"""docs/adding-a-feature.md is followed to the letter, so that it stays true.

Every block is written into a copy of the tree, the commands that make the migration are run there,
and at the end all the tests that the page runs: once, and on SQLite only, for they are many.
"""

from docs.following import followed

# Of the tests that the page runs, those that look at what a new feature adds.
CONVENTIONS, MATRIX = (
    f"tests/architecture/test_{x}.py" for x in ("conventions", "visibility_matrix")
)
QUICK = (
    "tests/notices",
    "tests/migrations/test_migrations.py::test_the_models_are_what_the_migrations_build",
    "tests/architecture/test_permissions.py",
    f"{CONVENTIONS}::test_every_route_says_who_may_call_it",
    f"{CONVENTIONS}::test_every_feature_is_a_layer_of_the_import_contract",
    f"{CONVENTIONS}::test_the_import_contracts_hold",
    f"{MATRIX}::test_every_get_route_is_in_the_matrix",
    "tests/architecture/test_bad_input.py::test_every_act_there_is_is_in_the_table",
)


def test_every_block_and_every_command_does_what_the_page_says(tmp_path):
    reader = followed("adding-a-feature.md", tmp_path / "tree")
    assert (len(reader.written), len(reader.changed), len(reader.commands)) == (16, 19, 6)
    assert reader.tests >= {"tests/notices", "tests/migrations", "tests/architecture"}
    reader.run(".venv/bin/pytest", *QUICK, "-q", "-m", "not postgres")
