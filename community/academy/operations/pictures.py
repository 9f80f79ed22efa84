"""Pictures of a draft: looked at when they come, and drawn anew."""

import hashlib
import uuid
from pathlib import PurePosixPath

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.formats.drawing import Drawn, drawn
from community.academy.formats.files import MAX_ASSETS
from community.academy.models import DraftAsset
from community.academy.operations.holding import held_draft
from community.academy.policy import visible_draft_assets, visible_drafts
from community.academy.rules import ASSETS
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.kernel.pictures import ONE_PICTURE
from community.kernel.policy import find
from community.kernel.slugs import free_slug
from community.kernel.threads import in_thread

MAX_PICTURES = 50 * 1024 * 1024
"""Bytes of all pictures of a draft."""


def add_picture(ctx: Context, draft_id: uuid.UUID, *, name: str, data: bytes) -> DraftAsset:
    """Add a picture to a draft; what it is, is told by its content, its path made of its name.

    The same picture again is the one that is there. Raises NotFound, Invalid naming ``picture`` for
    what is none, and Conflict where the draft has as many, or as large ones, as there can be.
    """
    find(visible_drafts(ctx), draft_id)
    db.session.close()  # drawing takes long: hold no connection meanwhile
    with ONE_PICTURE:
        picture = in_thread(drawn, name, data)
    return _add_picture(ctx, draft_id, picture)


@operation
def _add_picture(ctx: Context, draft_id: uuid.UUID, picture: Drawn) -> DraftAsset:
    """Do what ``add_picture`` says, with a picture that is drawn."""
    draft = held_draft(ctx, draft_id)
    digest = hashlib.sha256(picture.data).hexdigest()
    same = db.session.scalar(
        sa.select(DraftAsset).where(DraftAsset.draft_id == draft_id, DraftAsset.digest == digest)
    )
    if same is not None:
        return same
    there = db.session.execute(
        sa.select(DraftAsset.path, DraftAsset.size).where(DraftAsset.draft_id == draft_id)
    ).all()
    if len(there) >= MAX_ASSETS:
        raise Conflict(_("A course has at most %(most)d pictures.", most=MAX_ASSETS))
    if sum(row.size for row in there) + len(picture.data) > MAX_PICTURES:
        most = MAX_PICTURES // 1024**2
        raise Conflict(_("All pictures of a course together have %(most)d MB at most.", most=most))
    free = free_slug(picture.name, {PurePosixPath(row.path).stem for row in there})
    asset = DraftAsset(
        id=new_key(),
        draft_id=draft_id,
        path=f"{ASSETS}{free}{picture.suffix}",
        media_type=picture.media_type,
        digest=digest,
        size=len(picture.data),
        content=picture.data,
    )
    db.session.add(asset)
    draft.edits += 1
    return asset


@operation
def remove_picture(ctx: Context, picture_id: uuid.UUID) -> None:
    """Take a picture out of its draft; texts that show it are told of as problems."""
    draft = held_draft(ctx, find(visible_draft_assets(ctx), picture_id).draft_id)
    asset = find(visible_draft_assets(ctx), picture_id, lock=True)
    db.session.delete(asset)
    draft.edits += 1
