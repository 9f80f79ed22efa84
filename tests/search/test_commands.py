"""``community search rebuild``, and what ``community doctor`` says of the index."""

import sqlalchemy as sa
from click.testing import CliRunner
from conftest import acting

from community.cli.checks import look_round
from community.cli.main import community
from community.kernel.db import execute
from community.kernel.installed import EXTENSION
from community.kernel.operation import unit_of_work
from community.search.models import ENTRY, STATE


def test_everything_is_looked_at_anew(shore):
    with shore.app.app_context(), unit_of_work(acting(None)):
        execute(sa.delete(ENTRY))
    assert shore.find("pelican") == []
    answer = CliRunner().invoke(community, ["search", "rebuild"], obj=lambda: shore.app)
    assert answer.exit_code == 0, answer.output
    # five posts, four threads, four people
    assert answer.output.startswith("Looked at: 13, ")
    assert shore.find("pelican") == [("post", "Reading the tide tables")]


def test_doctor_says_whether_the_index_is_whole(shore):
    def said():
        settings = shore.app.extensions[EXTENSION].settings
        found = look_round(settings, lambda _settings: shore.app)
        return [each.level for each in found if "index of search" in each.words]

    assert said() == ["ok"]
    with shore.app.app_context(), unit_of_work(acting(None)):
        execute(sa.delete(STATE))
    assert said() == ["note"]
