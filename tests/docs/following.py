"""What a page that leads through an example says, done in a copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).parents[2]
FOLDERS = ("community", "migrations", "templates", "tests", "static", "courses", "docs")
FILES = ("pyproject.toml", "CHANGELOG.md")
SECONDS = 300  # for one command, on a machine that is very busy

_PART = re.compile(
    r"^\*\*`(?P<path>[^`]+)`\*\*$|^```(?P<kind>\S+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)


class Block(NamedTuple):
    """A block of the page: its kind, the file that was named last, and what it holds."""

    kind: str
    path: str
    body: str


def blocks_of(page: str) -> Iterator[Block]:
    path = ""
    for found in _PART.finditer(page):
        if found["path"]:
            path = found["path"]
        else:
            yield Block(found["kind"], path, found["body"])


def copy_to(tree: Path) -> None:
    left = shutil.ignore_patterns("build", "pictures")
    for name in FOLDERS:
        shutil.copytree(CHECKOUT / name, tree / name, ignore=left)
    for name in FILES:
        shutil.copy2(CHECKOUT / name, tree / name)
    (tree / ".venv").symlink_to(Path(sys.executable).parents[1])


class Follower:
    """Does in a copy of the tree what a reader of the page does."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        ours = ("PYTEST_", "COV_", "COMMUNITY_", "CI")
        self.env = {name: said for name, said in os.environ.items() if not name.startswith(ours)}
        self.env["PYTHONPATH"] = os.pathsep.join((str(tree), str(tree / "tests")))
        self.printed = ""
        self.written: list[str] = []
        self.changed: list[str] = []
        self.commands: list[str] = []
        self.tests: set[str] = set()

    def follow(self, block: Block) -> None:
        known = {"sh": self.type, "text": self.compare, "diff": self.change}
        known.get(block.kind, self.write)(block)

    def write(self, block: Block) -> None:
        file = self.tree / block.path
        assert not file.exists(), f"{block.path} is there already"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.body, "utf-8")
        self.written.append(block.path)

    def change(self, block: Block) -> None:
        """Apply +, - and context lines where they fit in the file, which must be once."""
        file = self.tree / block.path
        lines = block.body.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] != "+")
        after = "".join(line[1:] for line in lines if line[0] != "-")
        text = file.read_text("utf-8")
        assert text.count(before) == 1, f"{block.path} holds {text.count(before)} times:\n{before}"
        file.write_text(text.replace(before, after), "utf-8")
        self.changed.append(block.path)

    def type(self, block: Block) -> None:
        """Run the commands; tests are only noted, to be run once at the end."""
        self.printed = ""
        for command in block.body.splitlines():
            tool, *rest = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command)]
            if tool == "export":
                self.env |= [rest[0].split("=", 1)]
            elif tool == ".venv/bin/pytest":
                self.tests |= {word for word in rest if not word.startswith("-")}
            elif tool == ".venv/bin/ruff":
                self.run(tool, *rest)
            elif tool == ".venv/bin/community":  # as a module, so that it is the copy's own
                self.run(sys.executable, "-m", "community.cli", *rest)
            elif command == "make permissions":
                self.run(sys.executable, "-m", "architecture.permissions")

    def run(self, *words: str) -> None:
        """Run a command that must succeed, and keep what it printed."""
        done = subprocess.run(
            words,
            cwd=self.tree,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        self.printed += done.stdout + done.stderr
        self.commands.append(words[-1])
        assert done.returncode == 0, f"{' '.join(words)}\n{self.printed[-4000:]}"

    def compare(self, block: Block) -> None:
        """Look for each line in what was printed; tests have not been run yet."""
        for line in block.body.splitlines():
            assert line in self.printed or line.endswith("passed"), f"{line}\n{self.printed}"


def followed(page: str, tree: Path) -> Follower:
    """Do everything that a page of the docs says in a copy of the tree, but for its tests.

    What was written must be in our shape.
    """
    copy_to(tree)
    reader = Follower(tree)
    for block in blocks_of((CHECKOUT / "docs" / page).read_text("utf-8")):
        reader.follow(block)
    python = [name for name in (*reader.written, *reader.changed) if name.endswith(".py")]
    for check in (["check"], ["format", "--check"]):
        reader.run(".venv/bin/ruff", *check, *python, "migrations")
    return reader
