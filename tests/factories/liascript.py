"""Files in LiaScript, read as a course."""

from pathlib import Path

from community.academy.formats.liascript import read_liascript
from community.academy.formats.report import FileReport, Report
from community.academy.formats.source import CourseSource, ModuleSource
from community.academy.kinds.builtin import KINDS

LONG = "Words " * 300


def read(root: Path, *texts: str | bytes) -> tuple[CourseSource, Report]:
    """Write files into a folder and read it."""
    for number, text in enumerate(texts, 1):
        data = text if isinstance(text, bytes) else text.encode()
        (root / f"{number:02d}_part-{number}.md").write_bytes(data)
    return read_liascript(root, KINDS)


def one(root: Path, text: str) -> tuple[ModuleSource, FileReport]:
    """Read one file; a long section keeps the module from being an outline."""
    course, report = read(root, f"{text}\n\n## Long\n\n{LONG}\n")
    return course.modules[0], report.files[0]


def bodies(module: ModuleSource) -> str:
    """Return all that a module and its activities say."""
    return "\n\n".join([module.body, *(activity.body for activity in module.activities)])
