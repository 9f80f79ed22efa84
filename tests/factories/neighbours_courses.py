"""The course of a side, whose every text says which, and a draft of it."""

import dataclasses
import io
import uuid

from flask import Flask

from community.academy.formats.source import AssetSource, CourseSource, ModuleSource
from community.academy.operations import (
    add_activity,
    add_file,
    add_module,
    add_picture,
    begin_draft,
    edit_activity,
)
from community.kernel.context import Context
from factories.academy import (
    PICTURE,
    assignment_source,
    checklist_source,
    discussion_source,
    film_source,
    link_source,
    module_source,
    page_source,
    quiz_source,
    reflection_source,
    session_source,
    survey_source,
)
from factories.files import MP4, file_source

KINDS = (
    "page",
    "quiz",
    "discussion",
    "live_session",
    "checklist",
    "file",
    "film",
    "reflection",
    "survey",
    "assignment",
)
"""The activities of each module, in order."""


@dataclasses.dataclass(frozen=True)
class Draft:
    """A draft by its id, with a module, an activity, a picture and a file that were added."""

    id: uuid.UUID
    module: uuid.UUID
    activity: uuid.UUID
    picture: uuid.UUID
    file: uuid.UUID


def course_of(word: str) -> CourseSource:
    """Return a course of an open module, one that is locked, and one that opens later."""

    def module(number: int) -> ModuleSource:
        place = f"{word}-{number}"
        picture = f"![Waves](assets/{place}.svg)"
        film = {**film_source().settings, "file": f"files/{place}.mp4", "captions": None}
        film["captions_in"] = None
        notes = {"file": f"files/{place}.txt", "link": None}
        return module_source(
            number,
            title=f"{place}-module",
            body=f"{place}-intro",
            activities=(
                page_source(title=f"{place}-page", body=f"{place}-page-text {picture}"),
                quiz_source(title=f"{place}-quiz", body=f"{place}-quiz-text"),
                discussion_source(title=f"{place}-talk", body=f"{place}-talk-text"),
                session_source(title=f"{place}-meeting", body=f"{place}-meeting-text"),
                checklist_source(title=f"{place}-list", body=f"{place}-list-text"),
                link_source(title=f"{place}-notes", body=f"{place}-notes-text", settings=notes),
                film_source(title=f"{place}-talk-film", body=f"{place}-film-text", settings=film),
                reflection_source(title=f"{place}-thoughts", body=f"{place}-thoughts-text"),
                survey_source(title=f"{place}-survey", body=f"{place}-survey-text"),
                assignment_source(title=f"{place}-work", body=f"{place}-work-text"),
            ),
        )

    names = [f"{word}-{name}" for name in ("1", "2", "3", "about", "unused")]
    return CourseSource(
        title=f"{word}-course",
        summary=f"{word}-summary",
        body=f"{word}-about ![Waves](assets/{word}-about.svg) [N](files/{word}-about.txt)",
        modules=(
            module(1),
            module(2),
            module_source(
                3,
                title=f"{word}-3-module",
                body=f"{word}-3-intro ![Waves](assets/{word}-3.svg) [N](files/{word}-3.txt)",
                opens_later=True,
                activities=(),
            ),
        ),
        assets=tuple(AssetSource(f"assets/{n}.svg", "image/svg+xml", PICTURE) for n in names),
        files=(
            *(file_source(f"files/{name}.txt", f"of {name}\n".encode()) for name in names),
            *(file_source(f"files/{word}-{number}.mp4", MP4) for number in (1, 2)),
        ),
    )


def make_draft(app: Flask, word: str, course: uuid.UUID, owner: uuid.UUID) -> Draft:
    """Begin a draft with something new in it."""
    ctx = Context.begin(owner)
    with app.app_context():
        draft = begin_draft(ctx, course)
        module = add_module(ctx, draft.id, title=f"{word}-draft-module")
        page = add_activity(ctx, module.id, kind="page", title=f"{word}-draft-page")
        edit_activity(
            ctx,
            page.id,
            title=page.title,
            minutes=5,
            required=True,
            phase=None,
            front={},
            body=f"{word}-draft-text",
            revision=1,
        )
        picture = add_picture(ctx, draft.id, name=f"{word}-drop.svg", data=PICTURE + b"\n")
        notes = io.BytesIO(f"of {word}\n".encode())
        file = add_file(ctx, draft.id, name=f"{word}-drop.txt", source=notes)
        return Draft(draft.id, module.id, page.id, picture.id, file.id)
