"""Beginning a course or a draft of its next version, and writing its texts.

``revision`` is the one of the thing as it was read. Whoever saved something else meanwhile wins:
the second gets a Conflict whose ``kept`` is what is there now, and nothing typed is written over.
"""

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.kinds.builtin import KINDS
from community.academy.kinds.fields import as_typed
from community.academy.models import Activity as Published
from community.academy.models import (
    Asset,
    Course,
    CourseDraft,
    CourseFile,
    DraftActivity,
    DraftAsset,
    DraftFile,
    DraftModule,
    Phase,
)
from community.academy.models import Module as PublishedModule
from community.academy.operations.holding import (
    held_activity,
    held_draft,
    held_module,
    key_in,
    refuse_changed,
    refuse_too_long,
    space_of_course,
    write,
)
from community.academy.policy import (
    course_spaces,
    may_edit_course,
    may_import_course,
    visible_courses,
)
from community.academy.queries import newest_of
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Invalid
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.kernel.policy import find, require
from community.kernel.slugs import free_slug, slug_of
from community.spaces.policy import refuse_archived


@operation
def begin_course(
    ctx: Context,
    space_id: uuid.UUID,
    *,
    title: str,
    language: str = "en",
    client_id: str | None = None,
) -> CourseDraft:
    """Begin a course in a space with an empty draft; its slug is made of the title.

    ``client_id`` is the client's own id of this act: a repeat answers the draft that is there.
    Raises NotFound, Forbidden, Conflict in an archived space.
    """
    space = find(course_spaces(ctx), space_id, lock=True)  # two of one name get slugs in turn
    require(may_import_course, ctx, space)
    refuse_archived(space)
    key = key_in(ctx, space_id, client_id)
    course = db.session.get(Course, key)
    if course is not None:
        return begin_draft(ctx, course.id)
    taken = set(db.session.scalars(sa.select(Course.slug).where(Course.space_id == space_id)))
    slug = free_slug(slug_of(title) or "course", taken)
    db.session.add(Course(id=key, space_id=space_id, slug=slug, created_at=ctx.now))
    db.session.flush()
    return _new_draft(ctx, key, title=title, language=language)


@operation
def begin_draft(ctx: Context, course_id: uuid.UUID) -> CourseDraft:
    """Return the draft of a course: the one that is there, else one made of its newest version.

    Raises NotFound, Forbidden, and Conflict in an archived space or for a course too long to be
    written here.
    """
    course = find(visible_courses(ctx), course_id, lock=True)
    require(may_edit_course, ctx, course)
    refuse_archived(space_of_course(course_id))
    draft = db.session.scalar(sa.select(CourseDraft).where(CourseDraft.course_id == course_id))
    if draft is not None:
        return draft
    version = newest_of(course_id)
    if version is None:  # its draft was put away by another release
        return _new_draft(ctx, course_id, title=course.slug, language="en")
    draft = _new_draft(
        ctx,
        course_id,
        based_on=version.id,
        title=version.title,
        language=version.language,
        licence=version.licence or "",
        summary=version.summary,
        body=version.description,
    )
    _copy(ctx, draft, version.id)
    refuse_too_long(draft)
    return draft


def _new_draft(ctx: Context, course_id: uuid.UUID, **texts: Any) -> CourseDraft:
    draft = CourseDraft(
        id=new_key(),
        course_id=course_id,
        changed_by=ctx.actor_id,
        changed_at=ctx.now,
        created_at=ctx.now,
        **{"licence": "", "summary": "", "body": "", **texts},
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def _copy(ctx: Context, draft: CourseDraft, version_id: uuid.UUID) -> None:
    """Write what a version holds into a draft, as its files have it."""
    changed = {"draft_id": draft.id, "changed_by": ctx.actor_id, "changed_at": ctx.now}
    places: dict[uuid.UUID, uuid.UUID] = {}
    for module in db.session.scalars(
        sa.select(PublishedModule).where(PublishedModule.version_id == version_id)
    ):
        places[module.id] = new_key()
        db.session.add(
            DraftModule(
                id=places[module.id],
                position=module.position,
                slug=module.slug,
                lineage=module.lineage,
                title=module.title,
                summary=module.summary,
                body=module.intro,
                opens_later=module.opens_later,
                release=module.release,
                **changed,
            )
        )
    db.session.flush()
    for activity in db.session.scalars(
        sa.select(Published).where(Published.version_id == version_id)
    ):
        front, body = KINDS[activity.kind].write(activity.settings, activity.body)
        db.session.add(
            DraftActivity(
                module_id=places[activity.module_id],
                position=activity.position,
                slug=activity.slug,
                lineage=activity.lineage,
                kind=activity.kind,
                title=activity.title,
                minutes=activity.minutes,
                required=activity.required,
                phase=activity.phase,
                front=front,
                body=body,
                **changed,
            )
        )
    for asset in db.session.scalars(sa.select(Asset).where(Asset.version_id == version_id)):
        db.session.add(
            DraftAsset(
                draft_id=draft.id,
                path=asset.path,
                media_type=asset.media_type,
                digest=asset.digest,
                size=len(asset.content),
                content=asset.content,
            )
        )
    for file in db.session.scalars(
        sa.select(CourseFile).where(CourseFile.version_id == version_id)
    ):
        db.session.add(DraftFile(draft_id=draft.id, path=file.path, stored_id=file.stored_id))
    db.session.flush()


@operation
def discard_draft(ctx: Context, draft_id: uuid.UUID, *, edits: int) -> None:
    """Put a draft away with all that was written in it; a course never published goes with it.

    ``edits`` are those of the draft as it was read. Raises NotFound, and Conflict where anything in
    it changed since.
    """
    draft = held_draft(ctx, draft_id)
    refuse_changed(draft, edits)
    # held, so that nobody imports its first version meanwhile
    execute(sa.select(Course.id).where(Course.id == draft.course_id).with_for_update())
    remove_draft(draft)
    if newest_of(draft.course_id) is None:
        execute(sa.delete(Course).where(Course.id == draft.course_id))


def remove_draft(draft: CourseDraft) -> None:
    """Delete the rows of a draft that is held."""
    for model in (DraftAsset, DraftFile, DraftActivity, DraftModule):
        execute(sa.delete(model).where(model.draft_id == draft.id))
    execute(sa.delete(CourseDraft).where(CourseDraft.id == draft.id))
    db.session.expunge(draft)


@operation
def edit_course(
    ctx: Context,
    draft_id: uuid.UUID,
    *,
    title: str,
    language: str,
    licence: str,
    summary: str,
    body: str,
    revision: int,
) -> CourseDraft:
    """Write what the course says of itself; raises NotFound, Conflict."""
    draft = held_draft(ctx, draft_id)
    wanted = {
        "title": title,
        "language": language,
        "licence": licence,
        "summary": summary,
        "body": body,
    }
    write(ctx, draft, draft, revision, wanted)
    return draft


@operation
def edit_module(
    ctx: Context,
    module_id: uuid.UUID,
    *,
    title: str,
    summary: str,
    body: str,
    opens_later: bool,
    release: str = "",
    revision: int,
) -> DraftModule:
    """Write what a module says of itself; raises NotFound, Conflict."""
    draft, module = held_module(ctx, module_id)
    wanted = {
        "title": title,
        "summary": summary,
        "body": body,
        "opens_later": opens_later,
        "release": release,
    }
    write(ctx, draft, module, revision, wanted)
    return module


@operation
def edit_activity(
    ctx: Context,
    activity_id: uuid.UUID,
    *,
    title: str,
    minutes: int | None,
    required: bool,
    phase: Phase | None,
    front: Mapping[str, Any],
    body: str,
    revision: int,
) -> DraftActivity:
    """Write an activity; ``front`` are its kind's own keys, ``body`` its text with all in it.

    Raises NotFound, Conflict, and Invalid naming ``front`` for a key that its kind does not know.
    """
    draft, activity = held_activity(ctx, activity_id)
    kept, flaws = as_typed(KINDS[activity.kind].front_schema, front)
    if flaws:
        messages = {flaw.field or "front": [flaw.message] for flaw in flaws}
        raise Invalid(_("Some of this cannot be used."), fields={"front": messages})
    wanted = {
        "title": title,
        "minutes": minutes,
        "required": required,
        "phase": phase,
        "front": kept,
        "body": body,
    }
    write(ctx, draft, activity, revision, wanted)
    return activity
