"""The kinds every installation has, in the order they are offered to authors."""

from community.academy.kinds.discussion.kind import DiscussionKind
from community.academy.kinds.live_session.kind import LiveSessionKind
from community.academy.kinds.page.kind import PageKind
from community.academy.kinds.protocol import ActivityKind
from community.academy.kinds.quiz.kind import QuizKind

PAGE = PageKind()
QUIZ = QuizKind()
DISCUSSION = DiscussionKind()
LIVE_SESSION = LiveSessionKind()

KINDS: dict[str, ActivityKind] = {
    PAGE.name: PAGE,
    QUIZ.name: QUIZ,
    DISCUSSION.name: DISCUSSION,
    LIVE_SESSION.name: LIVE_SESSION,
}
