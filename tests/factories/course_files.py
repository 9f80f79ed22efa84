"""A small course as files, to be broken one file at a time, and sources built by hand."""

from community.academy.formats.source import ActivitySource, CourseSource, ModuleSource

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n<path d="M0 0h9"/>\n</svg>\n'
QUIZ = """---
kind: quiz
title: Check what you read
minutes: 5
attempts: 3
pass: 70
---

A short introduction.

## Which of these is data?

Think of a *notebook*.

- ( ) A river
  > It becomes data once somebody measures it.
- (x) A reading of its level
  > Yes.

> A reading is a record of something.

## Which apply?

- [x] Records
- [ ] Rivers
- [x] Readings
"""


def make_course_files(**changes: str | bytes | None) -> dict[str, bytes]:
    """Return a sound course's files, with some replaced, added or (None) taken out.

    Keywords cannot hold slashes and dots: give a path as ``**{"01-first/module.md": text}``.
    """
    files: dict[str, str | bytes | None] = {
        "course.md": "---\ntitle: A course\n---\n\nWhat it is about.\n",
        "assets/waves.svg": SVG,
        "01-first/module.md": "---\ntitle: First\n---\n\nWelcome.\n",
        "01-first/01-reading.md": (
            "---\nkind: page\ntitle: Reading\nminutes: 4\n---\n\n"
            'Lead.\n\n![Waves](assets/waves.svg "Seen from above")\n'
        ),
        "01-first/02-check.md": QUIZ,
        "01-first/03-talk.md": (
            "---\nkind: discussion\ntitle: Talk\nminutes: 15\n---\n\nSay hello.\n"
        ),
        "01-first/04-meet.md": (
            "---\nkind: live_session\ntitle: Meet\nminutes: 90\n---\n\nThe plan.\n"
        ),
        "02-second/module.md": "---\ntitle: Second\nopens_later: true\n---\n\nLater.\n",
    }
    files.update(changes)
    return {
        path: content.encode() if isinstance(content, str) else content
        for path, content in files.items()
        if content is not None
    }


def make_course(*activities: ActivitySource) -> CourseSource:
    """Return a course of one module with these activities (a page if there are none)."""
    page = ActivitySource("reading", "page", "Reading", 4, body="Lead.")
    module = ModuleSource("first", "First", activities=activities or (page,))
    return CourseSource("A course", modules=(module,))
