"""A fresh installation holds nobody's account, and serves nothing but what it is made to serve."""

import pytest
import sqlalchemy as sa
from conftest import make_settings

from community import migrating
from community.kernel.doors import _FIELDS, _marked, access_of
from community.schema import METADATA


def test_a_database_that_was_just_made_holds_no_account_and_no_secret(tmp_path):
    settings = make_settings(tmp_path)
    migrating.upgrade(settings.database)
    engine = sa.create_engine(settings.database)
    with engine.connect() as connection:
        held = {
            table.name
            for table in METADATA.sorted_tables
            if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
        }
    engine.dispose()
    assert held == set()


@pytest.mark.parametrize(
    "path",
    [
        *("/.git/HEAD", "/.git/config", "/.svn/entries", "/.hg/requires", "/.ci/run"),
        *("/static/.git/HEAD", "/static/../.git/HEAD", "/static/%2e%2e/.git/HEAD"),
        *("/static/..%2f.git/HEAD", "/static/build/../../.git/HEAD", "/static//.git/HEAD"),
        *("/static/../pyproject.toml", "/static/%2e%2e/community/app.py", "/pyproject.toml"),
    ],
)
def test_no_address_leads_to_the_source_or_its_history(shared_app, path):
    answer = shared_app.test_client().get(path)
    assert answer.status_code in {308, 404}
    assert b"ref:" not in answer.data
    assert b"[project]" not in answer.data


def test_no_form_of_a_stranger_asks_for_a_hint_or_a_secret_answer(shared_app):
    """Nobody is let in by what others may know of them: these are all the fields there are."""
    asked = set()
    for endpoint, view in shared_app.view_functions.items():
        if endpoint != "static" and access_of(view) == "public":
            asked |= set(_marked(view, _FIELDS) or ())
    about_them = {"name", "email", "zone"}
    proofs = {"password", "code", "answer"}  # the last is what a passkey signed
    leading = {"next", "again", "List-Unsubscribe"}
    assert asked == about_them | proofs | leading
