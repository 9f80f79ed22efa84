"""Who wrote in an archive becomes a name without an account."""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.models import User
from community.accounts.rules import nobodys_address
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.keys import new_key
from community.transfers.models import MailAuthor
from community.transfers.operations.holding import in_turns


def named_authors(
    ctx: Context, space_id: uuid.UUID, names: Mapping[str, str]
) -> dict[str, uuid.UUID]:
    """Return the authors of a space by their keys; who is new becomes a name without an account.

    ``names`` are by key; for who has none there is a word. Part of an operation.
    """
    found: dict[str, uuid.UUID] = {}
    for keys in in_turns(sorted(names)):
        rows = execute(
            sa.select(MailAuthor.key, MailAuthor.user_id).where(
                MailAuthor.space_id == space_id, MailAuthor.key.in_(keys)
            )
        )
        found |= {row.key: row.user_id for row in rows}
    new = {key: new_key() for key in sorted(names) if key not in found}
    if new:
        db.session.add_all(
            User(
                id=user_id,
                email=nobodys_address(user_id),
                name=names[key] or _("Somebody"),
                password_hash=None,
                created_at=ctx.now,
                deactivated_at=ctx.now,
                from_archive=True,
            )
            for key, user_id in new.items()
        )
        db.session.flush()
        made = [
            {"id": new_key(), "space_id": space_id, "key": key, "user_id": user_id}
            for key, user_id in new.items()
        ]
        execute(sa.insert(MailAuthor), made)
    return found | new
