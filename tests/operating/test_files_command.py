"""``community files`` tells what is away or broken, and takes away what nothing names."""

import pytest
from click.testing import CliRunner
from factories.academy import FILMS, course_source, film_source, make_version, module_source
from factories.spaces import make_space

from community.cli.checks import look_round
from community.cli.files import files
from community.kernel.files.store import store
from community.spaces.models import SpaceKind


@pytest.fixture
def kept(app, settings):
    """Keep a film and its captions; returns their digests."""
    for file in settings.files.glob("*/*"):
        file.unlink()
    network = make_space(app, kind=SpaceKind.NETWORK)
    source = course_source(
        modules=(module_source(1, activities=(film_source(),)),), files=FILMS, assets=()
    )
    make_version(app, network, source)
    return [file.digest for file in FILMS]


@pytest.fixture
def run(app):
    def command(*args):
        done = CliRunner().invoke(files, args, obj=lambda: app)
        return done.exit_code, done.output

    return command


def test_all_is_well(kept, run):
    assert run("check", "--content") == (0, "2 files are kept, 0 of them away or broken.\n")


def test_what_is_away_or_broken_is_told_by_its_digest(app, kept, run):
    film, captions = kept
    with app.app_context():
        store().remove(film)
        there = store().path(captions)
    there.write_bytes(there.read_bytes()[::-1])
    code, said = run("check")
    assert code == 1
    assert f"away    {film}" in said
    assert captions not in said  # as long as it should be
    code, said = run("check", "--content")
    assert f"broken  {captions}" in said
    assert "2 files are kept, 2 of them away or broken." in said


def test_the_doctor_tells_of_what_is_away(app, settings, kept):
    def told():
        return [
            each for each in look_round(settings, lambda _settings: app) if "files of" in each.words
        ]

    [fine] = told()
    assert (fine.level, fine.words) == ("ok", "2 files of courses are kept, none is away.")
    with app.app_context():
        store().remove(kept[0])
    [wrong] = told()
    assert wrong.level == "WRONG"
    assert "1 of 2 files of courses are away" in wrong.words
    assert "from a backup" in wrong.words


def test_what_is_named_is_not_swept(kept, run):
    assert run("sweep") == (0, "0 files were taken away that nothing has named for 7 days.\n")
    assert run("check")[0] == 0
