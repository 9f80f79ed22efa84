"""What goes into threads: what one begins, writes, asks for, follows and moves."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate

from community.accounts.rules import folded
from community.discussions.models import ThreadKind
from community.discussions.queries import Shown
from community.discussions.rules import MOST_CHOSEN, MOST_TAGS, POSTS_A_PAGE, TAG_LENGTH, tag_named
from community.discussions.schemas.polls import PollIn
from community.kernel.paging import MAX_LIMIT, PageIn
from community.kernel.schemas import HIGHEST, ClientId, In, Text
from community.spaces.rules import Reason

TITLE_LENGTH = 200  # code points
BODY_LENGTH = 20_000


class TagName(Text):
    """A tag: a word or a few, in small letters, without a comma."""

    def __init__(self, **more: Any) -> None:
        super().__init__(longest=TAG_LENGTH, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name = tag_named(super()._deserialize(value, attr, data, **kwargs))
        if not name:
            raise ValidationError([_l("Say what the tag is called.")])
        if "," in name:
            raise ValidationError([_l("A tag holds no comma.")])
        return name


class TagNames(fields.List[Any]):
    """The tags of a thread: what differs in case and accents alone is one."""

    def __init__(self, **more: Any) -> None:
        most = validate.Length(max=MOST_TAGS, error=_l("At most five tags."))
        super().__init__(TagName(), validate=most, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > MOST_TAGS:  # before any work is done on it
            raise ValidationError([_l("At most five tags.")])
        names = super()._deserialize(value, attr, data, **kwargs)
        return list({folded(name): name for name in reversed(names)}.values())[::-1]


def _number(**more: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(min=1, max=HIGHEST), **more)


def _since() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=HIGHEST))


class TagIn(In):
    """What a tag is called."""

    name = TagName(required=True)


def _revision(**more: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(min=0, max=HIGHEST), **more)


class WrittenOnIn(In):
    """The draft that a new thread was written on; ``form`` is as drafts tell it."""

    form = fields.UUID(required=True)
    revision = _revision(required=True)


class ThreadIn(In):
    """A thread to begin; ``body`` is Markdown and becomes its first post."""

    kind = fields.Enum(ThreadKind, by_value=True, required=True)
    title = Text(longest=TITLE_LENGTH, required=True)
    body = Text(longest=BODY_LENGTH, multiline=True, required=True)
    tags = TagNames(load_default=())
    client_id = ClientId(load_default=None, allow_none=True)
    draft = fields.Nested(WrittenOnIn, load_default=None, allow_none=False)
    poll = fields.Nested(PollIn, load_default=None, allow_none=False)


class ReplyIn(In):
    """A reply; ``reply_to`` is the number of the post it answers.

    ``draft`` is the revision of the draft it was written on, which goes then.
    """

    body = Text(longest=BODY_LENGTH, multiline=True, required=True)
    reply_to = _number(load_default=None, allow_none=True)
    client_id = ClientId(load_default=None, allow_none=True)
    draft = _revision(load_default=None, allow_none=True)
    poll = fields.Nested(PollIn, load_default=None, allow_none=False)


class PostEditIn(In):
    """New words for a post; ``edition`` is the one they were written over."""

    body = Text(longest=BODY_LENGTH, multiline=True, required=True)
    edition = _number(required=True)
    draft = _revision(load_default=None, allow_none=True)


class RemovalIn(In):
    """Why who leads a space takes a post of somebody's away, as the page asks it."""

    reason = fields.Enum(
        Reason,
        by_value=True,
        required=True,
        error_messages={"unknown": _l("Choose a reason. Its author is told it.")},
    )


class RemovalReasonIn(In):
    """Why who leads a space takes a post of somebody's away, if it is said."""

    reason = fields.Enum(Reason, by_value=True, load_default=None)


class ReadIn(In):
    """How far one has read: the number of a post."""

    number = _number(required=True)


class ThreadChangeIn(In):
    """What a thread is called from now on, and of what kind it is; its tags, where given."""

    kind = fields.Enum(ThreadKind, by_value=True, required=True)
    title = Text(longest=TITLE_LENGTH, required=True)
    tags = TagNames(load_default=None, allow_none=True)


class ChosenIn(In):
    """Which posts of a thread: by their numbers, or all from one on."""

    numbers = fields.List(
        _number(), load_default=(), validate=validate.Length(min=1, max=MOST_CHOSEN)
    )
    since = _number(load_default=None, allow_none=True)


class SplitIn(ChosenIn):
    """A thread to begin with posts of another one."""

    kind = fields.Enum(ThreadKind, by_value=True, required=True)
    title = Text(longest=TITLE_LENGTH, required=True)


class MergeIn(ChosenIn):
    """Posts to move to the end of another thread; all of them where none are named."""

    into = fields.UUID(required=True)


class ThreadSpaceIn(In):
    """The space in which a thread is to stand."""

    space_id = fields.UUID(required=True)


class ThreadsIn(PageIn):
    """Which of a space's threads."""

    show = fields.Enum(Shown, by_value=True, load_default=Shown.LATEST)
    kind = fields.Enum(ThreadKind, by_value=True, load_default=None)
    tag = TagName(load_default=None)


class PostsIn(In):
    """Which posts of a thread: those after a number."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=HIGHEST))
    limit = fields.Integer(load_default=POSTS_A_PAGE, validate=validate.Range(min=1, max=MAX_LIMIT))


class WatchIn(In):
    """A thread to follow live, from the number of the last event one knows."""

    thread_id = fields.UUID(required=True)
    since = _since()


class LeaveIn(In):
    """A thread to follow no more."""

    thread_id = fields.UUID(required=True)


class SocketReplyIn(ReplyIn):
    """A reply that is retried until it is acknowledged."""

    thread_id = fields.UUID(required=True)
    client_id = ClientId(required=True)
