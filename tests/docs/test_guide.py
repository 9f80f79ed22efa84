"""docs/run-your-first-cohort.md says what the pages say, and shows pictures that there are."""

import re
from pathlib import Path

import click
import pytest

from community.cli.main import community

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs" / "run-your-first-cohort.md").read_text("utf-8")
TEXTS = (CHECKOUT / "translations" / "messages.pot").read_text("utf-8").replace('"\n"', "")
QUOTED = sorted(set(re.findall(r'"([^"\n]{3,60})"', PAGE.replace("\n", " "))))
COMMANDS = sorted(set(re.findall(r"`community ([a-z][^`]*)`", PAGE)))


@pytest.mark.parametrize("words", QUOTED)
def test_words_in_quotes_stand_on_a_page(words):
    courses = {"Data Stewardship Academy"}
    assert words in courses or words.rstrip(".,") in TEXTS


def test_the_guide_quotes_enough_to_be_held_to():
    assert len(QUOTED) > 15
    assert len(COMMANDS) >= 3


@pytest.mark.parametrize("picture", sorted(set(re.findall(r"\]\((pictures/[^)]+)\)", PAGE))))
def test_its_pictures_are_there(picture):
    assert (CHECKOUT / "docs" / picture).stat().st_size > 10_000


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_are_there(command):
    found: click.Command = community
    for word in command.split():
        if not isinstance(found, click.Group):
            break
        found = found.commands[word]
    options = {option for parameter in found.params for option in parameter.opts}
    assert {word for word in command.split() if word.startswith("--")} <= options
