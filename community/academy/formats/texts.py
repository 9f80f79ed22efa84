"""The name and the text of each file of a course folder, from plain values.

Values are written as they are given, sound or not: a draft is written by the same words as a course
in canonical form. Keys stand in the order of docs/course-format.md, defaults are left out.
"""

from collections.abc import Mapping
from typing import Any

from community.academy.formats.front_matter import write_document

COURSE_FILE = "course.md"
MODULE_FILE = "module.md"
ASSETS_FOLDER = "assets"
FILES_FOLDER = "files"


def module_folder(number: int, slug: str) -> str:
    """Return the folder of the module at ``number`` (from 1)."""
    return f"{number:02d}-{slug}"


def course_text(*, title: str, language: str, licence: str, summary: str, body: str) -> str:
    """Return the text of course.md."""
    front: dict[str, Any] = {"title": title}
    if language != "en":
        front["language"] = language
    if licence:
        front["licence"] = licence
    if summary:
        front["summary"] = summary
    return write_document(front, body)


def module_text(*, title: str, summary: str, opens_later: bool, release: str, body: str) -> str:
    """Return the text of a module.md."""
    front: dict[str, Any] = {"title": title}
    if summary:
        front["summary"] = summary
    if opens_later:
        front["opens_later"] = True
    if release:
        front["release"] = release
    return write_document(front, body)


def activity_text(
    *,
    kind: str,
    title: str,
    minutes: int | None,
    required: bool,
    phase: str | None,
    own: Mapping[str, Any],
    body: str,
) -> str:
    """Return the text of an activity's file; ``own`` are the kind's own keys, in its order.

    Without ``minutes`` the key is left out, which no reader accepts.
    """
    front: dict[str, Any] = {"kind": kind, "title": title}
    if minutes is not None:
        front["minutes"] = minutes
    if not required:
        front["required"] = False
    if phase:
        front["phase"] = phase
    return write_document({**front, **own}, body)
