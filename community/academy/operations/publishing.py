"""Publishing a draft: it is read as the course folder it is, and imported as any other."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.formats.drafts import Folder
from community.academy.kinds.builtin import KINDS
from community.academy.models import Course, CourseVersion, DraftFile
from community.academy.operations.drafting import remove_draft
from community.academy.operations.holding import held_draft
from community.academy.operations.importing import Edition, add_version
from community.academy.policy import may_edit_course, visible_drafts, visible_versions
from community.academy.queries import digest_of, lineage_of_draft, newest_of, typed_course
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.kernel.operation import operation
from community.kernel.policy import find, require
from community.kernel.threads import in_thread


def publish_draft(ctx: Context, draft_id: uuid.UUID, *, seen: str) -> CourseVersion:
    """Publish a draft as the next version of its course; the draft is gone then.

    ``seen`` is the digest of the difference that was looked at: sent twice, the version that it was
    published as is answered again. Raises NotFound, Conflict where the draft or the course changed
    since and where nothing differs from the newest version, and CourseRefused with every problem
    where it cannot be read.
    """
    key = uuid.uuid5(draft_id, seen)
    try:
        return _publish(ctx, draft_id, key, seen)
    except (NotFound, Conflict):
        published = db.session.scalar(visible_versions(ctx).where(CourseVersion.id == key))
        if published is None:
            raise
        return published


def _publish(ctx: Context, draft_id: uuid.UUID, key: uuid.UUID, seen: str) -> CourseVersion:
    """Read a draft and render it, then do what ``publish_draft`` says."""
    draft = find(visible_drafts(ctx), draft_id)
    if seen != digest_of(draft, newest_of(draft.course_id)):
        raise _changed()
    # What is read now is what `seen` names, or the act below refuses it: the count of edits says.
    edits, typed = typed_course(draft_id, with_pictures=True)
    source = Folder(typed, KINDS).read()
    db.session.close()  # rendering takes long: hold no connection meanwhile, and nobody up
    edition = in_thread(Edition.of, source, key)
    return _publish_draft(ctx, draft_id, edition, edits, seen)


def _changed() -> Conflict:
    return Conflict(_("This changed since you looked at it. Look at the difference again."))


@operation
def _publish_draft(
    ctx: Context, draft_id: uuid.UUID, edition: Edition, edits: int, seen: str
) -> CourseVersion:
    """Do what ``publish_draft`` says, with texts that are rendered."""
    draft = held_draft(ctx, draft_id)
    course = db.session.scalars(
        sa.select(Course).where(Course.id == draft.course_id).with_for_update()
    ).one()
    require(may_edit_course, ctx, course)
    if draft.edits != edits or seen != digest_of(draft, newest_of(course.id)):
        raise _changed()
    version = add_version(ctx, course, edition, lineage_of_draft(draft_id), _files(draft_id))
    remove_draft(draft)
    return version


def _files(draft_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """Return which files a draft takes along, by their paths."""
    found = sa.select(DraftFile.path, DraftFile.stored_id).where(DraftFile.draft_id == draft_id)
    return {row.path: row.stored_id for row in db.session.execute(found)}
