"""Which entries somebody may find, and of them those that fit: one statement for all kinds.

What is seen is asked of each feature's own read rule, as it is at this moment, in the statement
itself; the index only says where words are. Of each kind the newest that fit are ranked, so that a
word that is everywhere costs no more than a rare one, and threads whose title says it all besides.
"""

import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from community.accounts.models import Profile, User
from community.accounts.queries import is_called
from community.discussions.models import Block, Post, Thread
from community.discussions.policy import visible_posts, visible_threads
from community.kernel.context import Context
from community.kernel.db import PLANNED_ANEW, UtcDateTime, execute
from community.kernel.policy import ANYBODY, ME
from community.live.models import LiveSession
from community.live.policy import visible_sessions
from community.search.models import ENTRY, EntryKind
from community.search.queries.subjects import PERSON_WORDS
from community.spaces.models import Membership
from community.spaces.policy import visible_memberships, visible_people

MOST: Mapping[EntryKind, int] = {
    EntryKind.THREAD: 100,
    EntryKind.POST: 100,
    EntryKind.PERSON: 40,
    EntryKind.PAGE: 40,
    EntryKind.SESSION: 40,
}
"""How many of a kind are found; a count that has come so far says "or more"."""
LOOKED_THROUGH = 4
"""So many times as many PostgreSQL looks at, which else would ask of all that fit who sees them.

What is narrowed to one's spaces is seen, but for what has changed since it was indexed.
"""
TITLED = 20
"""How many threads are looked at besides, the newest whose title holds all that is looked for.

And of each kind, where only titles are.
"""

_E = ENTRY.c
_LOOKED_AT = ("subject_id", "part_id", "edition", "author_id", "text")
_Entry = Any  # the columns of an entry, or of those that were chosen of them
_FTS = sa.table(
    "search_words",
    sa.column("rowid", sa.Integer()),
    sa.column("title", sa.Text()),
    sa.column("body", sa.Text()),
)
RANKED_BY = 2_000  # code points of a text
_IN_FTS = sa.literal_column("search_words").op("MATCH")
_WHERE = sa.bindparam("where", type_=sa.Uuid(), expanding=True)
_AUTHOR_IDS = sa.bindparam("authors", type_=sa.Uuid(), expanding=True)
_SPACES = sa.bindparam("spaces", type_=sa.Uuid(), expanding=True)


class Narrowed(NamedTuple):
    """What a question has beside its words: the form of the statement."""

    kinds: tuple[EntryKind, ...]
    words: bool = False
    spaces: bool = False
    by: bool = False  # whoever is called so
    by_some: bool = False  # those of them that are known, where they are few
    before: bool = False
    after: bool = False
    whole: bool = True  # each entry says where it stands
    titles: bool = False  # a few of each kind whose title says it all, and no others


def _of_each(seen: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Whether there is such a row, asked of each entry by its keys.

    The offset keeps PostgreSQL from making a join of it: it takes all that somebody sees for few,
    and reads 60,000 posts to know of 400 entries.
    """
    return seen.offset(0).exists()


def _seen_thread(e: _Entry) -> sa.ColumnElement[bool]:
    thread = visible_threads(ANYBODY).where(
        Thread.id == e.subject_id, Thread.merged_into_id.is_(None)
    )
    return sa.and_(_of_each(thread), sa.or_(e.part_id.is_(None), _stands(e, Post.number == 1)))


def _seen_post(e: _Entry) -> sa.ColumnElement[bool]:
    return _stands(e, Post.number > 1)


def _stands(e: _Entry, *where: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether the post of an entry is seen, and says what the entry says it does."""
    post = visible_posts(ANYBODY).where(Post.id == e.part_id, Post.edition == e.edition, *where)
    return _of_each(post)


def _unblocked() -> sa.ColumnElement[bool]:
    blocked = sa.select(Block.blocked_id).where(Block.user_id == ME)
    return sa.or_(_E.author_id.is_(None), _E.author_id.not_in(blocked))


def _seen_person(e: _Entry) -> sa.ColumnElement[bool]:
    person = (
        visible_people(ANYBODY)
        .outerjoin(Profile, Profile.user_id == User.id)
        .where(User.id == e.subject_id, e.text == PERSON_WORDS)
    )
    return _of_each(person)


def _seen_page(e: _Entry) -> sa.ColumnElement[bool]:
    part: sa.ColumnElement[Any] = e.part_id
    return part.in_(sa.bindparam("modules", type_=sa.Uuid(), expanding=True))


def _seen_session(e: _Entry) -> sa.ColumnElement[bool]:
    return _of_each(visible_sessions(ANYBODY).where(LiveSession.id == e.subject_id))


_SEEN = {
    EntryKind.THREAD: _seen_thread,
    EntryKind.POST: _seen_post,
    EntryKind.PERSON: _seen_person,
    EntryKind.PAGE: _seen_page,
    EntryKind.SESSION: _seen_session,
}


def _here(kind: EntryKind) -> sa.ColumnElement[bool] | None:
    """Whether an entry belongs to the spaces that are asked for; of pages the modules say it."""
    if kind is EntryKind.PAGE:
        return None
    if kind is EntryKind.PERSON:
        return (
            visible_memberships(ANYBODY)
            .where(Membership.user_id == _E.subject_id, Membership.space_id.in_(_SPACES))
            .exists()
        )
    return _E.space_id.in_(_SPACES)


def _by() -> sa.ColumnElement[bool]:
    return _of_each(visible_people(ANYBODY).where(is_called(), User.id == _E.author_id))


MOST_AUTHORS = 20
_AUTHORS = (
    visible_people(ANYBODY).where(is_called()).with_only_columns(User.id).limit(MOST_AUTHORS + 1)
)


def authors(ctx: Context, called: Mapping[str, str]) -> Sequence[uuid.UUID] | None:
    """Return the people the actor sees who are called so; None for more than a few.

    ``called`` is what ``accounts.rules.patterns`` says of the name.
    """
    found = execute(_AUTHORS, {"me": ctx.actor_id, **called}).scalars().all()
    return found if len(found) <= MOST_AUTHORS else None


@functools.lru_cache(maxsize=256)
def candidates(dialect: str, asked: Narrowed) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of what is found: number, kind, at, rank, and title and body.

    The last two are folded words by which SQLite's are ranked: its own bm25 would look at every row
    that has a word, seen or not. It is given ``me``, for each kind ``match_<kind>`` and
    ``titled_<kind>``, and what the question is narrowed by. What is found may be there twice.
    """
    parts = [
        _of_kind(dialect, kind, asked).subquery(kind.value)
        for kind in asked.kinds
        if not asked.titles
    ]
    parts += [
        _of_kind(dialect, kind, asked, titled=True).subquery(f"titled_{kind.value}")
        for kind in asked.kinds
        if asked.titles or (asked.words and kind is EntryKind.THREAD)
    ]
    each = [_ranked(part, asked) if dialect != "sqlite" else sa.select(part) for part in parts]
    found = each[0] if len(each) == 1 else sa.union_all(*each)
    return found.execution_options(**{PLANNED_ANEW: True})  # type: ignore[return-value]


def _ranked(part: sa.Subquery, asked: Narrowed) -> sa.Select[*tuple[Any, ...]]:
    """Rank what PostgreSQL has chosen, and no row more."""
    words = sa.cast(sa.bindparam("ranked", type_=sa.String()), postgresql.TSQUERY)
    ranked = asked.words and not asked.titles
    rank = sa.func.ts_rank_cd(part.c.words, words, 1) if ranked else sa.literal(0.0)
    none = sa.literal("")
    title = part.c.title if asked.titles else none.label("title")
    return sa.select(
        part.c.number, part.c.kind, part.c.at, rank.label("rank"), title, none.label("body")
    )


def _mostly(holds: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether something holds that the words of most entries said already.

    PostgreSQL would count it twice, and take what is found for a hundredth of what there is.
    """
    return sa.func.coalesce(holds, sa.false()).is_distinct_from(sa.false())


def _of_kind(
    dialect: str, kind: EntryKind, asked: Narrowed, *, titled: bool = False
) -> sa.Select[*tuple[Any, ...]]:
    match = sa.bindparam(f"{'titled' if titled else 'match'}_{kind.value}", type_=sa.String())
    found: sa.Select[*tuple[Any, ...]] = sa.select(_E.number, _E.kind, _E.at)
    number: sa.ColumnElement[int] = _E.number
    if dialect == "sqlite":
        number = _FTS.c.rowid
        body = sa.func.substr(_FTS.c.body, 1, RANKED_BY)
        texts = (_E.title, sa.literal("")) if asked.titles else (_FTS.c.title, body)
        rank = sa.literal(0.0).label("rank")
        found = found.add_columns(rank, texts[0], texts[1].label("body"))
        found = found.select_from(_FTS).join(ENTRY, _E.number == _FTS.c.rowid)
        found = found.where(_IN_FTS(match))
    else:
        vector: sa.ColumnElement[str] = sa.literal_column("search_entry.words")
        found = found.add_columns(vector.label("words"), _E.title)
        found = found.where(vector.op("@@")(sa.cast(match, postgresql.TSQUERY)))
        if asked.words:  # a function, so that the index is asked for what it is quick at alone
            exact = sa.bindparam("in_title" if titled else "ranked", type_=sa.String())
            fits = sa.func.ts_match_vq(vector, sa.cast(exact, postgresql.TSQUERY))
            found = found.where(_mostly(fits))
    narrowed: Sequence[sa.ColumnElement[bool] | None] = (
        # written into the statement, for its partial index
        _E.kind == sa.literal(kind, _E.kind.type, literal_execute=True),
        _here(kind) if asked.spaces else None,
        _unblocked() if kind is EntryKind.POST else None,
        _by() if asked.by else None,
        _E.author_id.in_(_AUTHOR_IDS) if asked.by_some else None,
        _E.at < sa.bindparam("before", type_=UtcDateTime()) if asked.before else None,
        _E.at >= sa.bindparam("after", type_=UtcDateTime()) if asked.after else None,
    )
    most = TITLED if titled else MOST[kind]
    found = found.where(*(each for each in narrowed if each is not None)).order_by(number.desc())
    if dialect == "sqlite" or not asked.whole:
        # SQLite reads in this order, and no further than it must
        return found.where(_SEEN[kind](_E)).limit(most)
    if kind is EntryKind.PAGE:  # chosen by the index
        return found.where(_mostly(_SEEN[kind](_E))).limit(most)
    found = found.add_columns(*(_E[name] for name in _LOOKED_AT))
    if kind is not EntryKind.PERSON:
        found = found.where(_mostly(_E.space_id.in_(_WHERE)))
    newest = found.limit(LOOKED_THROUGH * most).subquery(f"newest_{match.key}")
    c = newest.c
    seen = sa.select(c.number, c.kind, c.at, c.words, c.title).where(_SEEN[kind](c))
    return seen.order_by(c.number.desc()).limit(most)
