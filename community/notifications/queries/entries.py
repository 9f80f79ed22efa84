"""What the entries of an inbox say: read together for a page, under the rules of what they name."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.models import Activity
from community.accounts.models import User
from community.certificates.models import Certificate
from community.cohorts.models import Enrolment, Run
from community.coursework.models import AssignmentWork, QuizAttempt, Submission
from community.discussions.models import Post, Reaction, Thread
from community.discussions.policy import visible_posts
from community.discussions.queries import OF_FOLLOWING
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.policy import ANYBODY, ME
from community.live.models import LiveSession
from community.live.policy import visible_sessions
from community.moderation.models import Case, Decision
from community.moderation.rules import Outcome
from community.notifications.models import InboxNotice, ScheduleNews
from community.notifications.policy import visible_inbox_notices
from community.notifications.queries.inbox import HEARD, effective, on_posts, unread_post
from community.notifications.rules import ON_POSTS, Reason
from community.progress.models import Nudge
from community.spaces.models import Space
from community.spaces.policy import still_mine

PEOPLE_NAMED = 3
LOOKED_AT = 40  # notices of one thread, or people who reacted, that are looked at to say who it was


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of an inbox. ``about`` is a row of what it tells, by ``why``.

    ``unread`` and ``told`` count what it holds. ``people`` are the names of who wrote or reacted,
    ``others`` how many more there were. ``post_id`` is where it leads in a thread.
    """

    key: uuid.UUID
    why: Reason
    at: dt.datetime
    unread: int
    told: int
    title: str
    space: str
    about: Any
    people: Sequence[str] = ()
    others: int = 0
    post_id: uuid.UUID | None = None

    @property
    def is_thread(self) -> bool:
        """Whether it holds what was written in a thread; ``key`` is the thread's id then."""
        return self.why in ON_POSTS


_KEYS = sa.bindparam("keys", type_=sa.Uuid(), expanding=True)
_told = visible_inbox_notices(ANYBODY).with_only_columns(*InboxNotice.__table__.c).cte("told")
_is_unread = unread_post(_told)
_posts = (
    on_posts(_told)
    .where(Thread.id.in_(_KEYS))
    .with_only_columns(
        Thread.id.label("thread_id"),
        Post.id.label("post_id"),
        Post.author_id,
        effective(_told).label("why"),
        _is_unread.label("unread"),
        sa.func.row_number()
        .over(
            partition_by=Thread.id,
            # from the first unread on; where there is none, from the last one back
            order_by=(
                _is_unread.desc(),
                sa.case((_is_unread == 1, Post.number), else_=-Post.number),
            ),
        )
        .label("place"),
    )
    .subquery()
)
_THREADS = (
    sa.select(
        Thread.id.label("key"),
        _posts,
        Thread.title,
        Thread.kind,
        Space.name.label("space_name"),
        User.name.label("person"),
        *OF_FOLLOWING,
    )
    .select_from(_posts)
    .join(Thread, Thread.id == _posts.c.thread_id)
    .join(Space, Space.id == Thread.space_id)
    .join(User, User.id == _posts.c.author_id)
    .where(_posts.c.place <= LOOKED_AT)
    .order_by(_posts.c.thread_id, _posts.c.place)
)
_by_person = (
    sa.select(
        Reaction.post_id,
        Reaction.user_id,
        sa.func.max(Reaction.at, type_=Reaction.at.type).label("at"),
        sa.func.min(Reaction.kind, type_=Reaction.kind.type).label("first"),
        sa.func.max(Reaction.kind, type_=Reaction.kind.type).label("last"),
    )
    .where(Reaction.post_id.in_(_KEYS), HEARD)
    .group_by(Reaction.post_id, Reaction.user_id)
    .subquery()
)
_post = _by_person.c.post_id
_reactors = sa.select(
    *_by_person.c,
    sa.func.count().over(partition_by=_post).label("people"),
    sa.func.row_number()
    .over(partition_by=_post, order_by=(_by_person.c.at.desc(), _by_person.c.user_id))
    .label("place"),
).subquery()
_REACTIONS = (
    visible_posts(ANYBODY)
    .where(Post.author_id == ME)
    .join(_reactors, _reactors.c.post_id == Post.id)
    .join(Thread, Thread.id == Post.thread_id)
    .join(Space, Space.id == Thread.space_id)
    .join(User, User.id == _reactors.c.user_id)
    .where(_reactors.c.place <= LOOKED_AT)
    .order_by(Post.id, _reactors.c.place)
    .with_only_columns(
        Post.id.label("key"),
        Thread.title,
        Space.name.label("space_name"),
        User.name.label("person"),
        _reactors.c.people,
        _reactors.c.first,
        _reactors.c.last,
    )
)
_SESSIONS = (
    visible_sessions(ANYBODY)
    .join(ScheduleNews, ScheduleNews.session_id == LiveSession.id)
    .join(Space, Space.id == LiveSession.space_id)
    .where(ScheduleNews.telling.in_(_KEYS))
    .order_by(ScheduleNews.telling, LiveSession.starts_at, LiveSession.id, ScheduleNews.at)
    .limit(2_000)
    .with_only_columns(
        ScheduleNews.telling.label("key"),
        LiveSession.id.label("session_id"),
        LiveSession.title,
        LiveSession.starts_at,
        LiveSession.called_off_at,
        ScheduleNews.was_at,
        Space.name.label("space_name"),
        Space.slug,
    )
)


def _fact(key: Any, title: Any, space: Any, **more: Any) -> tuple[Any, ...]:
    """Return the columns all facts share, so that one statement reads those of every sort."""
    words = {"person": "", "what": "", "text": "", "slug": ""}
    ids = {"version_id": sa.null(), "activity_id": sa.null()}
    return (
        key.label("key"),
        title.label("title"),
        space.label("space_name"),
        *(sa.cast(more.get(name, none), sa.Text).label(name) for name, none in words.items()),
        *(sa.cast(more.get(name, none), sa.Uuid()).label(name) for name, none in ids.items()),
    )


def _of_run(statement: Any) -> Any:
    """Return a statement about an enrolment of one's own, with its run and space."""
    return (
        statement.join(Run, Run.id == Enrolment.run_id)
        .join(Space, Space.id == Run.space_id)
        .where(Enrolment.user_id == ME)
    )


# What was hidden and never had a number has waited for approval (below 0, see ``Removal.WAITING``).
_DECLINED = sa.and_(
    Decision.outcome == Outcome.HIDDEN,
    Decision.lifted_at.is_(None),
    sa.exists().where(Case.id == Decision.case_id, Post.id == Case.post_id, Post.number < 0),
)
_FACTS = sa.union_all(
    _of_run(
        sa.select(
            *_fact(
                Submission.id,
                Activity.title,
                Space.name,
                person=User.name,
                what=Submission.outcome,
                slug=Space.slug,
                version_id=Run.version_id,
                activity_id=Activity.id,
            )
        )
        .join(AssignmentWork, AssignmentWork.id == Submission.work_id)
        .join(Activity, Activity.id == AssignmentWork.activity_id)
        .join(Enrolment, Enrolment.id == AssignmentWork.enrolment_id)
        .outerjoin(User, User.id == Submission.marked_by)
        .where(Submission.id.in_(_KEYS), Submission.outcome.is_not(None))
    ),
    _of_run(
        sa.select(
            *_fact(
                QuizAttempt.id,
                Activity.title,
                Space.name,
                person=User.name,
                slug=Space.slug,
                version_id=Run.version_id,
                activity_id=Activity.id,
            )
        )
        .join(Activity, Activity.id == QuizAttempt.activity_id)
        .join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id)
        .outerjoin(User, User.id == QuizAttempt.marked_by)
        .where(QuizAttempt.id.in_(_KEYS), QuizAttempt.marked_at.is_not(None))
    ),
    _of_run(
        sa.select(
            *_fact(
                Nudge.id,
                Nudge.subject,
                Space.name,
                person=User.name,
                text=Nudge.text,
                slug=Space.slug,
            )
        )
        .join(Enrolment, Enrolment.id == Nudge.enrolment_id)
        .join(User, User.id == Nudge.sent_by)
        .where(Nudge.id.in_(_KEYS))
    ),
    sa.select(
        *_fact(
            Certificate.id,
            Certificate.course,
            Certificate.run,
            what=sa.case((Certificate.revoked_at.is_not(None), "revoked"), else_=""),
        )
    )
    .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
    .where(Certificate.id.in_(_KEYS), Enrolment.user_id == ME),
    sa.select(
        *_fact(
            Decision.id,
            sa.literal(""),
            sa.func.coalesce(Space.name, ""),
            text=sa.case((Decision.space_id.is_(None), "everywhere"), else_=""),
            what=sa.case(
                (_DECLINED, "declined"),
                (Decision.lifted_at.is_(None), Decision.outcome),
                (Decision.outcome == Outcome.HIDDEN, "restored"),
                else_="lifted",
            ),
        )
    )
    .outerjoin(Space, sa.and_(Space.id == Decision.space_id, Space.id.in_(still_mine(ANYBODY))))
    .where(Decision.id.in_(_KEYS), Decision.about_id == ME),
)


def told_in_entries(ctx: Context, rows: Sequence[Any]) -> list[Entry]:
    """Return what some rows of ``entries_of`` tell, in their order; at most four statements."""
    by_why: Mapping[Reason, list[uuid.UUID]] = defaultdict(list)
    for row in rows:
        by_why[row.why].append(row.key)
    facts = [key for why in OF_FACTS for key in by_why[why]]
    found = {
        **_rows_of(ctx, _THREADS, by_why[Reason.WATCHING]),
        **_rows_of(ctx, _REACTIONS, by_why[Reason.REACTION]),
        **_rows_of(ctx, _SESSIONS, by_why[Reason.SCHEDULE]),
        **_rows_of(ctx, _FACTS, facts),
    }
    return [_entry(row, found[row.key]) for row in rows if row.key in found]


OF_FACTS = (
    *(Reason.WORK, Reason.SCORE, Reason.MESSAGE, Reason.CERTIFICATE),
    Reason.MEASURE,
)


def _rows_of(ctx: Context, statement: Any, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Return what a statement says of some entries, several rows each."""
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in execute(statement, {"me": ctx.actor_id, "keys": keys}) if keys else ():
        found[row.key].append(row)
    return dict(found)


def _entry(row: Any, found: Sequence[Any]) -> Entry:
    first = found[0]
    why, names, others, post_id = row.why, [getattr(first, "person", "") or ""], 0, None
    about: Any = first
    if why is Reason.WATCHING:
        of_now = [each for each in found if each.unread == first.unread]
        names, others = _named(each.person for each in of_now)
        why, post_id = _strongest(of_now), first.post_id
    elif why is Reason.REACTION:
        names, others = _named(each.person for each in found)
        others, post_id = first.people - len(names), first.key
        about = found
    elif why is Reason.SCHEDULE:
        about = list({each.session_id: each for each in reversed(found)}.values())[::-1]
        names = []
    return Entry(
        key=row.key,
        why=why,
        at=row.at,
        unread=int(row.unread),
        told=row.told,
        title=first.title,
        space=first.space_name,
        about=about,
        people=[name for name in names if name],
        others=others,
        post_id=post_id,
    )


def _named(people: Iterable[str]) -> tuple[list[str], int]:
    """Return the first of some names, each once, and how many more there are."""
    names = list(dict.fromkeys(people))
    return names[:PEOPLE_NAMED], max(0, len(names) - PEOPLE_NAMED)


def _strongest(found: Sequence[Any]) -> Reason:
    """Return the reason that says most: of several posts of a thread, why one is told of it."""
    reasons = {each.why for each in found}
    return next(why for why in Reason if why in reasons)
