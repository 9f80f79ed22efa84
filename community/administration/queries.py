"""What administrators read: accounts, spaces by name and number, and what was done by whom."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.models import CourseVersion
from community.accounts.models import User
from community.accounts.policy import visible_accounts
from community.accounts.queries import called, people
from community.accounts.rules import fold_email, search_terms
from community.administration.policy import visible_events
from community.cohorts.models import Enrolment, Run
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.log import EventRow
from community.kernel.paging import Page, page_of
from community.progress.events import ProgressMade
from community.spaces.models import Membership, Space
from community.spaces.policy import visible_archivable_spaces

AT_ONCE = 50


def accounts(ctx: Context, *, search: str = "", page: str | None = None) -> Page:
    """Return a page of accounts by name, those whose name or address holds ``search``."""
    found: Any = visible_accounts(ctx).with_only_columns(
        User.id,
        User.name,
        User.email,
        User.admin,
        User.created_at,
        User.email_verified_at,
        User.deactivated_at,
    )
    if search:
        at = User.email.contains(fold_email(search), autoescape=True)
        found = found.where(sa.or_(called(search), at) if search_terms(search) else at)
    return page_of(found.order_by(User.name, User.id), limit=AT_ONCE, page=page)


def account_of(ctx: Context, email: str) -> uuid.UUID | None:
    """Return whose account has an address, in whatever case it was typed; None: nobody's."""
    found: uuid.UUID | None = execute(
        visible_accounts(ctx).with_only_columns(User.id).where(User.email == fold_email(email))
    ).scalar()
    return found


def spaces(ctx: Context, *, page: str | None = None) -> Page:
    """Return a page of spaces, the newest first, with how many people belong to each."""
    many = (
        sa.select(sa.func.count())
        .select_from(Membership)
        .where(Membership.space_id == Space.id, Membership.ended_at.is_(None))
        .scalar_subquery()
        .label("members")
    )
    found = visible_archivable_spaces(ctx).with_only_columns(
        Space.id, Space.name, Space.kind, Space.created_at, Space.archived_at, many
    )
    return page_of(found.order_by(Space.created_at.desc(), Space.id), limit=AT_ONCE, page=page)


def audit(
    ctx: Context, *, who: uuid.UUID | None = None, what: str = "", page: str | None = None
) -> Page:
    """Return a page of what happened, the newest first: name, who, when, and ids.

    ``what`` is how an event's name begins: a feature, or a whole name. The progress of learners,
    which is most of what happens, is left out of what everybody did of every kind.
    """
    found = (
        visible_events(ctx)
        .outerjoin(User, User.id == EventRow.actor_id)
        .with_only_columns(
            EventRow.id,
            EventRow.name,
            EventRow.actor_id,
            User.name.label("actor"),
            EventRow.happened_at,
            EventRow.payload,
        )
    )
    if who is not None:
        found = found.where(EventRow.actor_id == who)
    if what:
        found = found.where(EventRow.name.startswith(what, autoescape=True))
    if who is None and not what:
        found = found.where(EventRow.name != ProgressMade.name)
    return page_of(
        found.order_by(EventRow.happened_at.desc(), EventRow.id.desc()), limit=AT_ONCE, page=page
    )


def named(rows: Sequence[Any]) -> Mapping[uuid.UUID, str]:
    """Return the names of what some events are about; five statements.

    People and spaces; a run is called as its space is, an enrolment as its learner, a course as
    its newest version.
    """
    fields = ("user_id", "space_id", "run_id", "enrolment_id", "course_id")
    keys: dict[str, set[uuid.UUID]] = {field: set() for field in fields}
    for row in rows:
        for field, found in keys.items():
            if value := row.payload.get(field):
                found.add(uuid.UUID(str(value)))
    seats = {
        row.id: row.user_id
        for row in execute(
            sa.select(Enrolment.id, Enrolment.user_id).where(Enrolment.id.in_(keys["enrolment_id"]))
        )
    }
    runs = {
        row.id: row.space_id
        for row in execute(sa.select(Run.id, Run.space_id).where(Run.id.in_(keys["run_id"])))
    }
    names = {
        key: person.name for key, person in people({*keys["user_id"], *seats.values()}).items()
    }
    spaces = {*keys["space_id"], *runs.values()}
    told = execute(sa.select(Space.id, Space.name).where(Space.id.in_(spaces)))
    names |= {row.id: row.name for row in told}
    for own, shown in (*seats.items(), *runs.items()):
        if shown in names:
            names[own] = names[shown]
    versions = (
        sa.select(CourseVersion.course_id, CourseVersion.title)
        .where(CourseVersion.course_id.in_(keys["course_id"]))
        .order_by(CourseVersion.number)
    )
    return {**names, **{row.course_id: row.title for row in execute(versions)}}


def since_when(ctx: Context) -> dt.datetime | None:
    """Return when the log begins."""
    return execute(
        visible_events(ctx).with_only_columns(sa.func.min(EventRow.happened_at))
    ).scalar()
