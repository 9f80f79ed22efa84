"""The kinds every installation has, in the order they are offered to authors."""

from community.academy.kinds.assignment.kind import AssignmentKind
from community.academy.kinds.checklist.kind import ChecklistKind
from community.academy.kinds.discussion.kind import DiscussionKind
from community.academy.kinds.file.kind import FileKind
from community.academy.kinds.film.kind import FilmKind
from community.academy.kinds.live_session.kind import LiveSessionKind
from community.academy.kinds.page.kind import PageKind
from community.academy.kinds.protocol import ActivityKind
from community.academy.kinds.quiz.kind import QuizKind
from community.academy.kinds.reflection.kind import ReflectionKind
from community.academy.kinds.survey.kind import SurveyKind

PAGE = PageKind()
QUIZ = QuizKind()
DISCUSSION = DiscussionKind()
LIVE_SESSION = LiveSessionKind()
CHECKLIST = ChecklistKind()
FILE = FileKind()
FILM = FilmKind()
REFLECTION = ReflectionKind()
ASSIGNMENT = AssignmentKind()
SURVEY = SurveyKind()

KINDS: dict[str, ActivityKind] = {
    PAGE.name: PAGE,
    QUIZ.name: QUIZ,
    DISCUSSION.name: DISCUSSION,
    LIVE_SESSION.name: LIVE_SESSION,
    CHECKLIST.name: CHECKLIST,
    FILE.name: FILE,
    FILM.name: FILM,
    REFLECTION.name: REFLECTION,
    ASSIGNMENT.name: ASSIGNMENT,
    SURVEY.name: SURVEY,
}
