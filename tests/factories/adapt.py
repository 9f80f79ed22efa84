"""Courses of the Adapt framework, as small as they can be."""

import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

from community.academy.formats.adapt import read_adapt
from community.academy.formats.report import FileReport, Report
from community.academy.formats.source import CourseSource, ModuleSource
from community.academy.kinds.builtin import KINDS

LONG = "<p>" + "Words " * 300 + "</p>"


def part(number: int | str, component: str = "text", **values: Any) -> dict[str, Any]:
    """Return a component of the one block there is."""
    given = {"_id": f"c-{number}", "_parentId": "b-1", "_component": component, **values}
    return {key: value for key, value in given.items() if value is not None}


def choice(number: int, *right: bool, component: str = "mcq", **values: Any) -> dict[str, Any]:
    """Return a question whose answers are right or not."""
    items = [
        {"text": f"Answer {n}", "_shouldBeSelected": is_right}
        for n, is_right in enumerate(right, 1)
    ]
    return part(
        number,
        component,
        **{"title": f"Question {number}", "body": "Which?", "_items": items} | values,
    )


def package(
    *components: Any, root: str = "course", language: str = "en", **more: Any
) -> dict[str, bytes]:
    """Return the files of a course in one language; ``more`` are levels, ``course`` its head."""
    levels = {
        "course": {"title": "A course"},
        "contentObjects": [{"_id": "p-1", "_parentId": "course", "_type": "page", "title": "Page"}],
        "articles": [{"_id": "a-1", "_parentId": "p-1"}],
        "blocks": [{"_id": "b-1", "_parentId": "a-1"}],
        "components": list(components),
        **more,
    }
    return {
        f"{root}/{language}/{level}.json": json.dumps(values).encode()
        for level, values in levels.items()
        if values is not None
    }


def packed(place: Path, files: dict[str, bytes], name: str = "course.zip") -> Path:
    """Write files as an archive: a ZIP or a tar, by its name."""
    path = place / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            for each, data in files.items():
                archive.writestr(each, data)
    else:
        with tarfile.open(path, "w:gz" if name.endswith("gz") else "w") as archive:
            for each, data in files.items():
                member = tarfile.TarInfo(each)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
    return path


def read(place: Path, files: dict[str, bytes], **how: Any) -> list[tuple[CourseSource, Report]]:
    """Pack files and read them."""
    return read_adapt(packed(place, files), KINDS, **how)


def one(place: Path, *components: Any, **more: Any) -> tuple[ModuleSource, FileReport]:
    """Read components as one module; a long one keeps it from being an outline."""
    long = part("long", title="Long", body=LONG)
    [(course, report)] = read(place, package(*components, long, **more))
    return course.modules[0], report.files[0]


def questions(module: ModuleSource) -> list[dict[str, Any]]:
    """Return all that is asked in a module."""
    return [q for a in module.activities if a.kind == "quiz" for q in a.settings["questions"]]


def text_of(module: ModuleSource) -> str:
    """Return all that a module and its pages say."""
    return "\n\n".join([module.body, *(a.body for a in module.activities)])
