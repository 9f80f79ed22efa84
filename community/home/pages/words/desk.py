"""The desk: what needs somebody, why, and the one thing to do about it."""

import dataclasses
from collections.abc import Sequence

from flask import url_for

from community.cohorts.models import Run, RunState
from community.home.pages.words.runs import seats
from community.home.pages.words.times import date
from community.home.queries.sessions import SessionLine
from community.home.rules import Gap, Kind, Need, gaps
from community.kernel.pages import local_time, time_ago
from community.kernel.translation import _, ngettext


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A line of the desk. ``title`` follows the number, if there is one; ``url`` opens it.

    ``act`` is what the button says, ``act_url`` where it leads; a ``form`` is sent there. ``about``
    tells it from other buttons of that name.
    """

    kind: Kind
    number: int | None
    title: str
    reason: str
    url: str
    act: str
    act_url: str
    about: str = ""
    form: bool = False


def line(need: Need, slug: str, run: Run | None, *, organising: bool = False) -> Line:
    """Return a need of a space in words."""
    match need.kind:
        case Kind.REPORTS:
            return _of_reports(need, slug)
        case Kind.UNLINKED | Kind.UNLED:
            return _of_sessions(need, slug)
        case Kind.QUESTIONS | Kind.HAND_INS | Kind.FADING | Kind.LATE | Kind.INVITATIONS:
            return _of_people(need, slug)
        case _:
            if run is None:
                raise RuntimeError(f"{need.kind} without a run")
            return _of_run(need, slug, run, organising=organising)


def _of_reports(need: Need, slug: str) -> Line:
    queue = url_for("moderation.queue", slug=slug)
    return Line(
        need.kind,
        need.number,
        ngettext(
            "reported post waits to be looked at",
            "reported posts wait to be looked at",
            need.number,
        ),
        _("Somebody says that something is wrong, or asks for a second look."),
        queue,
        _("Look at it") if need.number == 1 else _("Look at them"),
        queue,
    )


def _of_sessions(need: Need, slug: str) -> Line:
    at = _at(need)
    if need.kind is Kind.UNLED:
        return Line(
            need.kind,
            need.number,
            ngettext(
                "session within seven days, and nobody facilitates",
                "sessions within seven days, and nobody facilitates",
                need.number,
            ),
            _(
                "“%(session)s” starts %(when)s. Give somebody the role of facilitator.",
                session=need.title,
                when=at,
            ),
            listed(slug, "sessions"),
            _("Choose a facilitator"),
            url_for("spaces.people", slug=slug),
        )
    one = need.number == 1
    return Line(
        need.kind,
        need.number,
        ngettext(
            "session within seven days has no video link",
            "sessions within seven days have no video link",
            need.number,
        ),
        _(
            "“%(session)s” starts %(when)s; without a link people meet in the room by writing.",
            session=need.title,
            when=at,
        ),
        listed(slug, "sessions"),
        _("Add the link") if one else _("Add the links"),
        url_for("live.session", session_id=need.id) if one else listed(slug, "sessions"),
        need.title if one else "",
    )


def _of_people(need: Need, slug: str) -> Line:
    match need.kind:
        case Kind.QUESTIONS:
            one = need.number == 1
            return Line(
                need.kind,
                need.number,
                ngettext("person waits for an answer", "people wait for an answer", need.number),
                _("“%(question)s” was asked %(ago)s.", question=need.title, ago=_ago(need)),
                listed(slug, "questions"),
                _("Answer") if one else _("Answer them"),
                url_for("discussions.thread", thread_id=need.id)
                if one
                else listed(slug, "questions"),
                need.title,
            )
        case Kind.HAND_INS:
            queue = url_for("coursework.hand_in_queue", slug=slug)
            return Line(
                need.kind,
                need.number,
                ngettext("hand-in waits to be read", "hand-ins wait to be read", need.number),
                _("The first was handed in %(ago)s.", ago=_ago(need)),
                queue,
                _("Read it") if need.number == 1 else _("Read them"),
                queue,
            )
        case Kind.FADING:
            return Line(
                need.kind,
                need.number,
                ngettext(
                    "learner is fading, and nobody has taken them on or written to them lately",
                    "learners are fading, and nobody has taken them on or written to them lately",
                    need.number,
                ),
                ngettext(
                    "The longest has shown no sign of work for %(num)d day.",
                    "The longest has shown no sign of work for %(num)d days.",
                    need.days,
                ),
                listed(slug, "fading"),
                _("See why, and write"),
                listed(slug, "fading"),
            )
        case Kind.LATE:
            return Line(
                need.kind,
                need.number,
                ngettext("learner has something late", "learners have something late", need.number),
                _("Its time is over: decide, or give it time."),
                late_url(slug),
                _("See what is late"),
                late_url(slug),
            )
        case _:
            return Line(
                need.kind,
                need.number,
                ngettext("invitation has no answer", "invitations have no answer", need.number),
                ngettext(
                    "The oldest was sent %(num)d day ago.",
                    "The oldest was sent %(num)d days ago.",
                    need.days,
                ),
                url_for("spaces.inviting", slug=slug),
                _("Send again, or take back"),
                url_for("spaces.inviting", slug=slug),
            )


def _of_run(need: Need, slug: str, run: Run, *, organising: bool) -> Line:
    people = url_for("spaces.people", slug=slug)
    invite = url_for("spaces.inviting", slug=slug) if organising else people
    act = _("Invite people") if organising else _("See the people")
    match need.kind:
        case Kind.UNOPENED:
            return Line(
                need.kind,
                None,
                _("The run is not open yet"),
                _(
                    "Opening it makes its threads and plans its sessions. Day one is %(day)s.",
                    day=date(run.starts_on),
                )
                if organising
                else _(
                    "An organiser opens it. Learners begin on %(day)s.", day=date(run.starts_on)
                ),
                url_for("home.space", slug=slug),
                _("Open the run") if organising else _("See the run"),
                url_for("home.open_the_run", slug=slug)
                if organising
                else url_for("home.space", slug=slug),
                form=organising,
            )
        case Kind.UNPLANNED:
            return Line(
                need.kind,
                need.number,
                ngettext(
                    "session of the next module is not planned",
                    "sessions of the next module are not planned",
                    need.number,
                ),
                _("“%(module)s” opens %(when)s.", module=need.title, when=_at(need)),
                listed(slug, "unplanned"),
                _("Plan it") if need.number == 1 else _("Plan them"),
                listed(slug, "unplanned"),
            )
        case Kind.OVER:
            return Line(
                need.kind,
                None,
                _("The run has passed its last week"),
                _("Close it when nothing more is to be counted; what is open to people stays so."),
                url_for("home.space", slug=slug),
                _("To closing it"),
                "#run",
            )
        case Kind.FULL:
            return Line(
                need.kind,
                need.number,
                ngettext(
                    "seat is taken, the only one", "seats are taken, all of them", need.number
                ),
                _("Invitations let nobody else in until somebody leaves."),
                people,
                _("See the people"),
                people,
            )
        case Kind.EMPTY:
            return Line(
                need.kind,
                None,
                ngettext(
                    "%(num)d person is invited, and has not answered yet",
                    "%(num)d people are invited, and none has answered yet",
                    need.number,
                )
                if need.number
                else _("Nobody has joined yet"),
                seats(run),
                invite if need.number else people,
                _("See the letters") if need.number and organising else act,
                invite,
            )
        case _:
            return Line(
                need.kind,
                need.number,
                ngettext("seat is free", "seats are free", need.number),
                _("The run begins on %(day)s.", day=date(run.starts_on)),
                people,
                act,
                invite,
            )


def quiet(run: Run, sessions: Sequence[SessionLine]) -> str:
    """Return what a desk says that needs nobody: only what was looked at, as the run stands."""
    if run.state is RunState.CLOSED:
        return _("The run is closed, and no question waits for an answer.")
    if run.state is RunState.PLANNED:
        return _("Learners cannot begin yet: the run is to be opened, below, before its first day.")
    met = (
        _("Every session of the next seven days has its video link.")
        if sessions
        else _("No session takes place in the next seven days.")
    )
    return _("No question waits for an answer, and nobody fades unseen. %(sessions)s", sessions=met)


def _at(need: Need) -> str:
    return local_time(need.at) if need.at else ""


def _ago(need: Need) -> str:
    return time_ago(need.at) if need.at else ""


def listed(slug: str, name: str) -> str:
    """Return the address of a list of the desk."""
    return url_for("home.desk_list", slug=slug, name=name)


def late_url(slug: str) -> str:
    """Return the address of those with something late, in the matrix."""
    return url_for("home.desk", slug=slug, show="late", _anchor="matrix")


def lacking(session: SessionLine, *, led: bool) -> str:
    """Return what a session of the next days lacks: "no video link"; "nothing"."""
    said = {Gap.LINK: _("no video link"), Gap.FACILITATOR: _("nobody facilitates")}
    return ", ".join(said[gap] for gap in gaps(session, led=led)) or _("nothing")
