"""Installations that hold nothing, to be filled, lost and restored."""

import pytest
from conftest import make_settings
from databases import postgres_url


@pytest.fixture(scope="module")
def place(tmp_path_factory, worker_name):
    """Return what makes settings of an installation that holds nothing, of either kind."""
    made = []

    def make(kind):
        made.append(kind)
        url = ""
        if kind == "postgres":
            url = postgres_url(f"community_backup_{worker_name}_{len(made)}")
        return make_settings(tmp_path_factory.mktemp("place"), url, secret_key="s" * 40)

    return make
