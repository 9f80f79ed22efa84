"""What a release draws its pages with tells it from another."""

import shutil

import pytest

from community.kernel.release import digest_of, release
from community.kernel.resources import resource

CHANGES = {
    "a template": "templates/errors/new.html",
    "a text": "translations/de/LC_MESSAGES/new.mo",
    "what is built": "static/build/manifest.json",
}


@pytest.fixture
def copied(tmp_path):
    """Copies of the folders, with a manifest."""
    for name in ("templates", "translations"):
        shutil.copytree(resource(name), tmp_path / name)
    (tmp_path / "static" / "build").mkdir(parents=True)
    (tmp_path / "static" / "build" / "manifest.json").write_text("{}")
    return tmp_path


def told(folder):
    return digest_of(folder / "templates", folder / "translations", folder / "static")


def test_processes_of_one_release_agree(copied, tmp_path):
    elsewhere = shutil.copytree(copied, tmp_path / "elsewhere")
    assert told(copied) == told(elsewhere)
    assert release() == release() != told(copied)


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_pages_are_drawn_with_makes_another_release(copied, what):
    before = told(copied)
    file = copied / CHANGES[what]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"changed")
    assert told(copied) != before
