"""docs/configuration.md names every setting there is, its default and its words."""

import dataclasses
import re
from pathlib import Path
from typing import get_args

import pytest

from community.kernel.localtime import LANGUAGES
from community.kernel.settings import PREFIX, SMALLEST_LIMIT, LogFormat, Mode, Settings

CHECKOUT = Path(__file__).parents[2]
FIELDS = {PREFIX + field.name.upper(): field for field in dataclasses.fields(Settings)}
ROW = re.compile(rf"^\| `({PREFIX}\w+)` \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)


def rows(name):
    return ROW.findall((CHECKOUT / name).read_text("utf-8"))


def test_every_setting_has_one_row_and_no_row_is_left_over():
    named = [name for name, *_rest in rows("docs/configuration.md")]
    assert sorted(named) == sorted({*FIELDS, f"{PREFIX}SECRET_KEY_FILE"})


@pytest.mark.parametrize("row", rows("docs/configuration.md"), ids=lambda row: row[0])
def test_a_default_is_what_the_code_says(row):
    name, _what, _may_be, without = row
    default = FIELDS[name].default if name in FIELDS else ""
    if default not in ("", dataclasses.MISSING):
        said = str(default).lower() if isinstance(default, bool) else str(default)
        assert without == f"`{said}`"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("MODE", get_args(Mode)),
        ("LOG_FORMAT", get_args(LogFormat)),
        ("DEFAULT_LANGUAGE", tuple(LANGUAGES)),
        ("REQUEST_LIMIT", (str(SMALLEST_LIMIT),)),
    ],
)
def test_what_a_setting_may_be_is_named_in_full(setting, words):
    [may_be] = [row[2] for row in rows("docs/configuration.md") if row[0] == PREFIX + setting]
    assert all(word in may_be for word in words)


def test_the_readme_names_settings_that_there_are():
    text = (CHECKOUT / "README.md").read_text("utf-8")
    named = re.findall(rf"^\| `({PREFIX}\w+)` \|", text, re.MULTILINE)
    assert named
    assert set(named) <= set(FIELDS)
