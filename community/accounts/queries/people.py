"""Who somebody is, by id, and what they say about themselves."""

import dataclasses
import uuid
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from community.accounts.models import AT_FIRST, Audience, Profile, User
from community.accounts.policy import find_account, visible_profiles
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.frame import Person


def account(ctx: Context) -> User:
    """Return the actor's own account. Raises NotFound if it was deactivated meanwhile."""
    return find_account(ctx, ctx.person)


@dataclasses.dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody a letter goes to; ``repr`` keeps the address out of logs."""

    id: uuid.UUID
    email: str = dataclasses.field(repr=False)
    name: str
    zone: str
    language: str


def addressee(user_id: uuid.UUID) -> Addressee | None:
    """Return where letters to somebody go, for the job that writes one; None: to nobody any more.

    The caller has decided under the rules that this person is to be written to.
    """
    row = db.session.execute(
        sa.select(User.id, User.email, User.name, User.zone, User.language).where(
            User.id == user_id, User.deactivated_at.is_(None)
        )
    ).one_or_none()
    return Addressee(*row) if row else None


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """What somebody says about themselves, whole, as only they read it."""

    pronouns: str
    organisation: str
    place: str
    languages: str
    about: str
    about_html: str
    picture: str | None
    visible: Mapping[str, Audience]

    def shown_to(self, audience: Audience, user: User) -> dict[str, Any]:
        """Return what an audience sees, None for a field it does not, as ``spaces`` reads it."""
        sees = list(Audience)[list(Audience).index(audience) :]
        told = {
            "pronouns": self.pronouns,
            "organisation": self.organisation,
            "place": self.place,
            "zone": user.zone,
            "languages": self.languages,
            "about": self.about,
            "picture": self.picture,
        }
        shown = {field: v if self.visible[field] in sees else None for field, v in told.items()}
        html = None if shown["about"] is None else self.about_html
        return {"id": user.id, "name": user.name, **shown, "about_html": html}


_NOTHING = Said("", "", "", "", "", "", None, AT_FIRST)


def own_profile(ctx: Context) -> Said:
    """Return the actor's own profile; of somebody who has none yet, one that says nothing."""
    row: Profile | None = db.session.scalar(visible_profiles(ctx))
    if row is None:
        return _NOTHING
    return Said(
        pronouns=row.pronouns,
        organisation=row.organisation,
        place=row.place,
        languages=row.languages,
        about=row.about,
        about_html=row.about_html,
        picture=row.picture,
        visible={field: getattr(row, f"{field}_for") for field in AT_FIRST},
    )


def people(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """Return the names behind some ids, in one statement.

    The caller has the ids from rows it may read; a name goes where the row goes.
    """
    if not keys:
        return {}
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(set(keys))))
    return {row.id: Person(row.id, row.name) for row in rows}
