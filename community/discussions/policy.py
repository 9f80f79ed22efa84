"""Who reads and who writes in the threads of a space.

A space's members read its threads; those who take part (everybody but observers, and who is
silenced) begin threads and reply; announcements are begun by organisers and facilitators. Words are
changed by who wrote them and by nobody else; organisers and facilitators may take a post away.
"""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.models import (
    Attachment,
    Post,
    PostDraft,
    Removal,
    Tag,
    Thread,
    ThreadKind,
    ThreadTag,
)
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.kernel.policy import Finder, read_rule, rule
from community.spaces.models import Space
from community.spaces.policy import (
    FACILITATING,
    belongs_to,
    facilitates,
    my_spaces,
    my_spaces_as,
    speaks,
    takes_part,
)

ANSWERED = frozenset({ThreadKind.QUESTION, ThreadKind.ASK})
"""Kinds of thread that a post can answer."""

STANDS = Post.removal.is_(None)
"""What must hold of a post for those to read it who see its thread."""

PLACED = Post.number > 0
"""What holds of a post that has, or had, a place in its thread: not while it waits for approval."""

BEGUN = Thread.last_number > 0
"""What holds of a thread in which a post has, or had, a place: not while its beginning waits."""


@read_rule
def visible_threads(ctx: Context) -> sa.Select[Thread]:
    """Threads of the spaces the actor belongs to, but those that wait for approval.

    These have no post with a number yet; ``visible_waiting_posts`` has their beginnings.
    """
    return sa.select(Thread).where(Thread.space_id.in_(my_spaces(ctx)), BEGUN)


@read_rule
def visible_tags(ctx: Context) -> sa.Select[Tag]:
    """Tags of the threads of the spaces the actor belongs to; not what only waiting ones have."""
    tied = sa.select(ThreadTag.tag_id).join(Thread, Thread.id == ThreadTag.thread_id)
    shown = tied.where(ThreadTag.tag_id == Tag.id, BEGUN).correlate(Tag)
    return sa.select(Tag).where(Tag.space_id.in_(my_spaces(ctx)), shown.exists())


find_tag = Finder(visible_tags)
find_thread = Finder(visible_threads, named=True)  # else who reads and who answers wait in a ring


@rule
def may_start_thread(ctx: Context, space: Space) -> bool:
    """Whoever takes part in a space begins threads there."""
    return takes_part(ctx, space.id)


@rule
def may_announce(ctx: Context, space: Space) -> bool:
    """Organisers and facilitators of a space announce, unless they are silenced."""
    return facilitates(ctx, space.id) and speaks(ctx, space.id)


@rule
def may_mention_everyone(ctx: Context, space: Space) -> bool:
    """Organisers and facilitators of a space mention everybody in it at once."""
    return facilitates(ctx, space.id)


@rule
def may_reply(ctx: Context, thread: Thread) -> bool:
    """Whoever takes part in a thread's space replies in it, to announcements too.

    In a locked one only who facilitates.
    """
    if thread.locked_at is not None:
        return facilitates(ctx, thread.space_id) and speaks(ctx, thread.space_id)
    return takes_part(ctx, thread.space_id)


def slowed_by(ctx: Context, space_id: uuid.UUID) -> int:
    """Return the seconds the actor waits between two posts in a thread of a space; 0 for none.

    Who leads or facilitates does not wait. No statement more than a role is.
    """
    if facilitates(ctx, space_id):
        return 0
    seconds: int = belongs_to(ctx, space_id).slow_seconds
    return seconds


def refuse_merged(thread: Thread) -> None:
    """Raise Conflict for a thread that was merged with another one: nothing is written there."""
    if thread.merged_into_id is not None:
        raise Conflict(_("This thread was merged with another one. Answer there."))


@rule
def may_keep_thread(ctx: Context, thread: Thread) -> bool:
    """Organisers and facilitators of its space pin a thread on top, and lock it."""
    return facilitates(ctx, thread.space_id)


@rule
def may_move_posts(ctx: Context, thread: Thread) -> bool:
    """Organisers and facilitators of its space move posts of a thread, and the thread itself."""
    return facilitates(ctx, thread.space_id)


@rule
def may_split_thread(ctx: Context, thread: Thread) -> bool:
    """Organisers and facilitators begin a thread with posts of one, unless they are silenced."""
    return facilitates(ctx, thread.space_id) and speaks(ctx, thread.space_id)


@rule
def may_take_thread_in(ctx: Context, space: Space) -> bool:
    """Organisers and facilitators of a space take a thread of another space in."""
    return facilitates(ctx, space.id)


@rule
def may_keep_tag(ctx: Context, tag: Tag) -> bool:
    """Organisers and facilitators of its space rename a tag, and take it off all threads."""
    return facilitates(ctx, tag.space_id)


@rule
def may_rename_thread(ctx: Context, thread: Thread) -> bool:
    """Whoever began a thread says what it is called and of what kind; so does who facilitates."""
    mine = thread.author_id == ctx.actor_id and takes_part(ctx, thread.space_id)
    return mine or (facilitates(ctx, thread.space_id) and speaks(ctx, thread.space_id))


@rule
def may_accept_answer(ctx: Context, thread: Thread) -> bool:
    """Whoever asked says which post answers the question; so does who facilitates."""
    return thread.kind in ANSWERED and may_rename_thread(ctx, thread)


@read_rule
def visible_posts(ctx: Context) -> sa.Select[Post]:
    """Posts that stand, in the threads the actor sees."""
    # asked of each post's own thread: by ``in_`` a database first lists all threads one sees
    seen = visible_threads(ctx).where(Thread.id == Post.thread_id).correlate(Post)
    return sa.select(Post).where(seen.exists(), STANDS)


@read_rule
def visible_waiting_posts(ctx: Context) -> sa.Select[Post]:
    """Posts that wait for approval: the actor's own, and those where the actor facilitates.

    To everybody else they are not there, nor is a thread that would begin with one.
    """
    here = sa.select(Thread.id).where(Thread.space_id.in_(my_spaces(ctx)))
    led = sa.select(Thread.id).where(Thread.space_id.in_(my_spaces_as(ctx, FACILITATING)))
    return sa.select(Post).where(
        Post.removal == Removal.WAITING,
        sa.or_(
            sa.and_(Post.author_id == ctx.actor_id, Post.thread_id.in_(here)),
            Post.thread_id.in_(led),
        ),
    )


@read_rule
def visible_removed_posts(ctx: Context) -> sa.Select[Post]:
    """What the actor may put back: their own they took away, what was taken where they facilitate.

    What its author took away nobody else reads; what others took away its author does not put back,
    whatever their role. What never had a place, since nobody approved it, is not put back.
    """
    seen = visible_threads(ctx)
    led = seen.where(Thread.space_id.in_(my_spaces_as(ctx, FACILITATING)))
    return sa.select(Post).where(
        Post.thread_id.in_(seen.with_only_columns(Thread.id)),
        PLACED,
        sa.or_(
            sa.and_(Post.author_id == ctx.actor_id, Post.removal == Removal.AUTHOR),
            sa.and_(
                Post.removal == Removal.STAFF,
                Post.author_id != ctx.actor_id,
                Post.thread_id.in_(led.with_only_columns(Thread.id)),
            ),
        ),
    )


@read_rule
def visible_attachments(ctx: Context) -> sa.Select[Attachment]:
    """Files of posts the actor sees; what belongs to no post yet only who sent it there sees."""
    carrying = visible_posts(ctx).where(Post.id == Attachment.post_id).correlate(Attachment)
    own = sa.and_(
        Attachment.post_id.is_(None),
        Attachment.uploader_id == ctx.actor_id,
        Attachment.space_id.in_(my_spaces(ctx)),
    )
    waiting = visible_waiting_posts(ctx).where(Post.id == Attachment.post_id).correlate(Attachment)
    return sa.select(Attachment).where(sa.or_(carrying.exists(), waiting.exists(), own))


@rule
def may_attach(ctx: Context, space: Space) -> bool:
    """Whoever takes part in a space sends files for what they write there."""
    return takes_part(ctx, space.id)


@rule
def may_see_room(ctx: Context, space: Space) -> bool:
    """Organisers and facilitators see how much room the files of a space take."""
    return facilitates(ctx, space.id)


@read_rule
def visible_post_drafts(ctx: Context) -> sa.Select[PostDraft]:
    """What the actor has begun to write, where they still see what it is for; nobody else's.

    No role reads the drafts of others.
    """
    return _drafts(ctx).where(PostDraft.discarded_at.is_(None))


@read_rule
def visible_discarded_drafts(ctx: Context) -> sa.Select[PostDraft]:
    """Drafts that the actor has thrown away and may put back."""
    return _drafts(ctx).where(PostDraft.discarded_at.is_not(None))


def _drafts(ctx: Context) -> sa.Select[PostDraft]:
    threads = visible_threads(ctx).with_only_columns(Thread.id)
    mine = visible_posts(ctx).where(Post.author_id == ctx.actor_id)
    waiting = visible_waiting_posts(ctx).where(Post.author_id == ctx.actor_id)
    return sa.select(PostDraft).where(
        PostDraft.user_id == ctx.actor_id,
        sa.or_(
            PostDraft.thread_id.in_(threads),
            PostDraft.space_id.in_(my_spaces(ctx)),
            PostDraft.post_id.in_(mine.with_only_columns(Post.id)),
            PostDraft.post_id.in_(waiting.with_only_columns(Post.id)),
        ),
    )


find_post = Finder(visible_posts)
find_waiting_post = Finder(visible_waiting_posts)
find_draft = Finder(visible_post_drafts)
find_discarded_draft = Finder(visible_discarded_drafts)
find_removed_post = Finder(visible_removed_posts)


def hold_post(
    ctx: Context, post_id: uuid.UUID, find: Finder[Post] = find_post
) -> tuple[Thread, Post]:
    """Return a post and its thread, both held till the commit: the thread first, as everybody does.

    Raises NotFound, and Conflict for one that was moved to another thread while it was waited for.
    """
    thread = find_thread(ctx, find(ctx, post_id).thread_id, lock=True)
    post = find(ctx, post_id, lock=True)
    if post.thread_id != thread.id:
        raise Conflict(_("This post was moved to another thread. Look there, and try once more."))
    return thread, post


def find_any_post(ctx: Context, post_id: uuid.UUID) -> Post:
    """Return a post that stands, or one that waits for approval; raises NotFound."""
    try:
        return find_post(ctx, post_id)
    except NotFound:
        return find_waiting_post(ctx, post_id)


def hold_any_post(ctx: Context, post_id: uuid.UUID) -> tuple[Thread, Post]:
    """Return a post as ``hold_post``, also one that waits for approval, whose thread may, too."""
    found = find_any_post(ctx, post_id)
    if found.removal is not Removal.WAITING:
        return hold_post(ctx, post_id)
    held = sa.select(Thread).where(Thread.id == found.thread_id).with_for_update(key_share=True)
    thread = db.session.scalars(held.execution_options(populate_existing=True)).one()
    post = find_waiting_post(ctx, post_id, lock=True)
    return thread, post


@rule
def may_edit_post(ctx: Context, post: Post) -> bool:
    """Whoever wrote a post changes its words while they take part in the space; nobody else."""
    return post.author_id == ctx.actor_id and takes_part(ctx, _space_of(post))


@rule
def may_remove_post(ctx: Context, post: Post) -> bool:
    """Whoever wrote a post takes it away, and whoever facilitates its space.

    What waits for approval these decline, so that its author learns why.
    """
    space_id = _space_of(post)
    mine = post.author_id == ctx.actor_id and takes_part(ctx, space_id)
    return mine or (post.removal is not Removal.WAITING and facilitates(ctx, space_id))


@rule
def may_restore_post(ctx: Context, post: Post) -> bool:
    """Who took a post away puts it back; where a facilitator did, any but its author."""
    space_id = _space_of(post)
    mine = post.author_id == ctx.actor_id
    if post.removal is Removal.STAFF:
        return not mine and facilitates(ctx, space_id)
    return mine and post.removal is Removal.AUTHOR and takes_part(ctx, space_id)


@rule
def may_react(ctx: Context, post: Post) -> bool:
    """Whoever takes part in a post's space reacts to it, in a locked thread too; not its author."""
    return post.author_id != ctx.actor_id and takes_part(ctx, _space_of(post))


@rule
def may_vote(ctx: Context, post: Post) -> bool:
    """Whoever takes part in a post's space votes in its poll, in a locked thread too."""
    return takes_part(ctx, _space_of(post))


@rule
def may_keep_poll(ctx: Context, post: Post) -> bool:
    """Whoever asked closes a post's poll and opens it again, and whoever facilitates its space."""
    return may_remove_post(ctx, post)


@rule
def may_edit_poll(ctx: Context, post: Post) -> bool:
    """Whoever asked writes a post's poll anew, or takes it out; nobody else does."""
    return may_edit_post(ctx, post)


def _space_of(post: Post) -> uuid.UUID:
    """Return the space of a post; what stands for one on a page says it without a statement."""
    said: uuid.UUID | None = getattr(post, "space_id", None)
    return said or db.session.get_one(Thread, post.thread_id).space_id


def kinds_open_to(ctx: Context, space_id: uuid.UUID) -> tuple[ThreadKind, ...]:
    """Return the kinds of thread the actor may begin in a space, as a form offers them."""
    if not takes_part(ctx, space_id):
        return ()
    if facilitates(ctx, space_id):
        return tuple(ThreadKind)
    return tuple(kind for kind in ThreadKind if kind is not ThreadKind.ANNOUNCEMENT)
