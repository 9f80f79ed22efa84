"""Who may do what: every rule, asked of every role. ``test_permissions`` holds it true.

``make permissions`` writes ``docs/permissions.md`` from it.
"""

import dataclasses
import inspect
import itertools
import re
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from factories.neighbours import Neighbours

import community.app as house
from community.academy.kinds.reflection.kind import Readers
from community.academy.models import (
    Asset,
    Course,
    CourseDraft,
    CourseFile,
    CourseVersion,
    DraftActivity,
    DraftAsset,
    DraftFile,
    DraftModule,
)
from community.academy.policy import (
    may_begin_run,
    may_edit_course,
    may_import_course,
    visible_courses,
    visible_draft_activities,
    visible_draft_assets,
    visible_draft_files,
    visible_draft_modules,
    visible_drafts,
    visible_versions,
)
from community.academy.queries import outline
from community.accounts.models import ApiToken, CodeApp, Passkey, Portrait, Profile, SignIn, User
from community.accounts.policy import (
    may_administer,
    may_change_site,
    visible_accounts,
    visible_code_apps,
    visible_passkeys,
    visible_profiles,
    visible_sign_ins,
    visible_tokens,
    visible_users,
)
from community.administration.policy import visible_events
from community.certificates.models import Certificate, CertificateName
from community.certificates.policy import (
    may_name_certificate,
    may_reissue_certificate,
    may_revoke_certificate,
    may_see_certificates,
    visible_certificate_names,
    visible_certificates,
)
from community.cohorts.models import Enrolment, Run
from community.cohorts.policy import (
    may_close_run,
    may_edit_run,
    may_open_run,
    may_pause_learner,
    may_reopen_run,
    may_return_learner,
    may_see_learners,
    may_withdraw_learner,
    may_withdraw_run,
    visible_enrolments,
    visible_runs,
)
from community.correspondence.models import Preference, PushDevice
from community.correspondence.policy import visible_devices, visible_preferences
from community.coursework.models import (
    Extension,
    QuizAttempt,
    Reflection,
    Submission,
    SurveyAnswer,
    WorkFile,
)
from community.coursework.policy import (
    may_extend,
    may_mark,
    may_read_reflections,
    may_see_results,
    visible_answers,
    visible_attempts,
    visible_extensions,
    visible_reflections,
    visible_submissions,
    visible_work_files,
)
from community.discussions.models import Attachment, Post, PostDraft, Tag, Thread
from community.discussions.policy import (
    may_accept_answer,
    may_announce,
    may_attach,
    may_edit_poll,
    may_edit_post,
    may_keep_poll,
    may_keep_tag,
    may_keep_thread,
    may_mention_everyone,
    may_move_posts,
    may_react,
    may_remove_post,
    may_rename_thread,
    may_reply,
    may_restore_post,
    may_see_room,
    may_start_thread,
    may_take_thread_in,
    may_vote,
    visible_attachments,
    visible_discarded_drafts,
    visible_post_drafts,
    visible_posts,
    visible_removed_posts,
    visible_tags,
    visible_threads,
    visible_waiting_posts,
)
from community.home.policy import may_use_desk
from community.kernel.db import db
from community.kernel.log import EventRow
from community.kernel.policy import catalogue
from community.live.models import Attendance, LiveSession, RoomMessage
from community.live.policy import (
    may_call_off_session,
    may_edit_session,
    may_end_session,
    may_lower_any_hand,
    may_post_message,
    may_raise_hand,
    may_schedule_session,
    may_see_attendance,
    may_set_video_link,
    may_start_session,
    visible_attendance,
    visible_messages,
    visible_sessions,
)
from community.mailing.models import AddressTrouble, LedgerEntry, LetterTimes, ReplyKey
from community.mailing.policy import (
    visible_address_troubles,
    visible_ledger_entries,
    visible_letter_times,
    visible_reply_keys,
)
from community.moderation.models import Appeal, Case, Decision, ModerationAct, Report
from community.moderation.policy import (
    Place,
    may_answer_appeal,
    may_appeal,
    may_decide_case,
    may_lift,
    may_measure_everywhere,
    may_moderate,
    may_report,
    may_set_limits,
    may_silence_member,
    may_suspend_member,
    may_warn,
    may_warn_member,
    place_of,
    visible_appeals,
    visible_cases,
    visible_decisions,
    visible_measures,
    visible_moderation_acts,
    visible_reports,
)
from community.notifications.models import InboxNotice
from community.notifications.policy import visible_inbox_notices
from community.progress.policy import (
    may_bring_in,
    may_change_rules,
    may_decide,
    may_learn,
    may_look_after,
    may_read_activity,
    may_rebuild,
    may_see_answers,
    may_see_everybody,
    visible_files,
    visible_pictures,
    visible_records,
)
from community.spaces.models import Invitation, Membership, Role, Space, SpaceKind
from community.spaces.policy import (
    Grant,
    may_archive_space,
    may_change_role,
    may_create_space,
    may_dissolve_space,
    may_grant,
    may_invite,
    may_remove_member,
    may_rename_space,
    may_resend_invitation,
    may_revoke_invitation,
    may_set_rescue_time,
    visible_archivable_spaces,
    visible_invitations,
    visible_leavable_spaces,
    visible_memberships,
    visible_people,
    visible_portraits,
    visible_spaces,
)
from community.transfers.models import FeedKey, MailImport, TalkExport
from community.transfers.policy import (
    may_bring_archive,
    may_export_talk,
    may_import_mail,
    visible_feed_keys,
    visible_mail_imports,
    visible_talk_exports,
)

DOCUMENT = Path(house.__file__).parents[1] / "docs" / "permissions.md"
COLUMNS = ("owner", "organiser", "facilitator", "member", "observer", "other member")
OUTSIDE = ("outsider", "removed", "neighbour", "admin", "anonymous")
"""One column: they may do nothing in a space that is not theirs. Where one differs, a row says so.
"""
SHELL = "command line"

ORGANISE = {"owner", "organiser"}
LEAD = ORGANISE | {"facilitator"}
WRITE = LEAD | {"member", "other member"}
READ = WRITE | {"observer"}


@dataclasses.dataclass(frozen=True)
class Row:
    """A rule, what it is asked about, and the roles it says yes to.

    ``about`` returns what the rule takes after the context (for a read rule: after that, what is
    looked for comes last). ``words`` tells this row from others of the same rule.
    """

    rule: Callable[..., Any]
    about: Callable[[Neighbours], tuple[Any, ...]]
    yes: set[str]
    words: str = ""

    @property
    def name(self) -> str:
        return f"{self.rule.__module__}.{self.rule.__name__}"

    @property
    def reads(self) -> bool:
        return self.rule.__name__.startswith("visible_")


def one(model: Any, pick: Callable[[Neighbours], uuid.UUID]) -> Callable[[Neighbours], Any]:
    """Return the row of ``model`` with the id that ``pick`` finds in the world."""
    return lambda world: (db.session.get_one(model, pick(world)),)


def first(model: Any, **where: Callable[[Neighbours], Any]) -> Callable[[Neighbours], Any]:
    """Return the row of ``model`` that has these values."""
    return lambda world: (
        db.session.query(model)
        .filter_by(**{name: pick(world) for name, pick in where.items()})
        .one(),
    )


def activity(module: int) -> Callable[[Neighbours], Any]:
    """Return the open run and an activity of a module of it."""
    return lambda world: (*RUN(world), world.here.activity("page", module))


def thoughts(readers: Readers) -> Callable[[Neighbours], Any]:
    """Return the open run and a reflection of its course, for these readers."""

    def about(world: Neighbours) -> tuple[Any, ...]:
        key = world.here.activity("reflection")
        line = next(each for each in outline(world.here.version).activities if each.id == key)
        settings = {**line.settings, "readers": readers.value}
        return ((*RUN(world), dataclasses.replace(line, settings=settings)),)

    return about


def picture(name: str) -> Callable[[Neighbours], Any]:
    return lambda world: (
        world.here.version,
        db.session.query(Asset)
        .filter_by(version_id=world.here.version, path=f"assets/heron-{name}.svg")
        .one(),
    )


def course_file(name: str) -> Callable[[Neighbours], Any]:
    return lambda world: (
        world.here.version,
        db.session.query(CourseFile)
        .filter_by(version_id=world.here.version, path=f"files/heron-{name}.txt")
        .one(),
    )


def membership_of(name: str) -> Callable[[Neighbours], Any]:
    return first(
        Membership,
        space_id=lambda world: world.here.run.space,
        user_id=lambda world: world.here.people[name],
    )


def grant(role: Role) -> Callable[[Neighbours], Any]:
    return lambda world: (Grant(world.here.run.space, role),)


NETWORK = one(Space, lambda world: world.here.network)


def some_event(_world: Neighbours) -> tuple[EventRow]:
    return (db.session.query(EventRow).order_by(EventRow.id).limit(1).one(),)


SPACE = one(Space, lambda world: world.here.run.space)
RUN = one(Run, lambda world: world.here.run.id)
COURSE = one(Course, lambda world: world.here.course)
THREAD = one(Thread, lambda world: world.here.threads["open"])
POST = one(Post, lambda world: world.here.posts["standing"])
TAG = one(Tag, lambda world: world.here.tag)
CASE = one(Case, lambda world: world.here.case)
WARNING = one(Decision, lambda world: world.here.decision)
MEASURE = one(Decision, lambda world: world.here.measure)
REMOVED_POST = one(Post, lambda world: world.here.posts["removed"])
SESSION = one(LiveSession, lambda world: world.here.sessions["live"])


def member_place(world: Neighbours) -> tuple[Place]:
    return (place_of(world.here.run.space, world.here.people["member"]),)


def draft(name: str) -> Callable[[Neighbours], Any]:
    return one(PostDraft, lambda world: world.here.post_drafts[name])


ENROLMENT = one(Enrolment, lambda w: w.here.run.enrolments["member"])
CERTIFICATE = one(Certificate, lambda w: w.here.certificate)
INVITATION = one(Invitation, lambda world: world.here.invitation)

ROWS = (
    Row(visible_users, one(User, lambda w: w.here.people["member"]), {"member"}, "a member's"),
    Row(
        visible_profiles,
        first(Profile, user_id=lambda w: w.here.people["member"]),
        {"member"},
        "a member's",
    ),
    Row(
        visible_preferences,
        one(Preference, lambda w: w.here.stopped),
        {"member"},
        "a member's",
    ),
    Row(visible_devices, one(PushDevice, lambda w: w.here.device), {"member"}, "a member's"),
    Row(
        visible_inbox_notices,
        one(InboxNotice, lambda w: w.here.notice),
        {"member"},
        "a member's",
    ),
    Row(
        visible_ledger_entries,
        first(LedgerEntry, user_id=lambda w: w.here.people["member"]),
        {"member"},
        "a member's",
    ),
    Row(
        visible_letter_times,
        first(LetterTimes, user_id=lambda w: w.here.people["member"]),
        {"member"},
        "a member's",
    ),
    Row(
        visible_address_troubles,
        first(AddressTrouble, user_id=lambda w: w.here.people["member"]),
        {"member"},
        "a member's",
    ),
    Row(
        visible_reply_keys,
        first(ReplyKey, user_id=lambda w: w.here.people["member"]),
        {"member"},
        "a member's",
    ),
    Row(visible_sign_ins, one(SignIn, lambda w: w.here.sign_in), {"member"}, "a member's"),
    Row(may_change_site, lambda _world: (None,), {"admin", SHELL}),
    Row(may_administer, lambda _world: (None,), {"admin", SHELL}),
    Row(visible_accounts, one(User, lambda w: w.here.people["member"]), {"admin", SHELL}),
    Row(visible_passkeys, one(Passkey, lambda w: w.here.passkey), {"member"}, "a member's"),
    Row(
        visible_code_apps,
        first(CodeApp, user_id=lambda w: w.here.people["owner"]),
        {"owner"},
        "an owner's",
    ),
    Row(visible_tokens, one(ApiToken, lambda w: w.here.token), {"member"}, "a member's"),
    Row(visible_spaces, SPACE, READ),
    Row(visible_leavable_spaces, SPACE, READ),
    Row(visible_memberships, membership_of("member"), READ, "that hold"),
    Row(visible_memberships, membership_of("removed"), set(), "that have ended"),
    Row(visible_people, one(User, lambda w: w.here.people["member"]), READ, "a member"),
    Row(
        visible_portraits,
        first(Portrait, user_id=lambda w: w.here.people["member"]),
        READ,
        "a member's, shown to everyone in their spaces",
    ),
    Row(visible_invitations, INVITATION, ORGANISE),
    Row(may_create_space, lambda _w: (SpaceKind.NETWORK,), {"admin"}, "a network"),
    Row(
        may_create_space,
        lambda _w: (SpaceKind.COHORT,),
        ORGANISE | {"neighbour", "admin"},
        "a cohort",
    ),
    Row(may_rename_space, SPACE, ORGANISE),
    Row(may_set_rescue_time, SPACE, ORGANISE),
    Row(may_dissolve_space, SPACE, {"owner"}, "of a run"),
    Row(may_dissolve_space, NETWORK, set(), "the network"),
    Row(visible_archivable_spaces, SPACE, {"owner", "admin", SHELL}),
    Row(may_archive_space, SPACE, {"owner", "admin", SHELL}),
    Row(may_invite, SPACE, ORGANISE),
    Row(may_grant, grant(Role.OWNER), {"owner"}, "owner"),
    Row(may_grant, grant(Role.ORGANISER), ORGANISE, "organiser"),
    Row(may_grant, grant(Role.OBSERVER), ORGANISE, "facilitator, member or observer"),
    Row(may_change_role, membership_of("owner"), {"owner"}, "an owner's"),
    Row(may_change_role, membership_of("organiser"), ORGANISE, "an organiser's"),
    Row(may_change_role, membership_of("facilitator"), ORGANISE, "anybody else's"),
    Row(may_remove_member, membership_of("owner"), {"owner"}, "an owner"),
    Row(may_remove_member, membership_of("other"), ORGANISE | {"other member"}, "the other member"),
    Row(may_remove_member, membership_of("observer"), ORGANISE | {"observer"}, "an observer"),
    Row(may_resend_invitation, INVITATION, ORGANISE),
    Row(may_revoke_invitation, INVITATION, ORGANISE),
    Row(visible_threads, THREAD, READ),
    Row(may_start_thread, SPACE, WRITE),
    Row(may_announce, SPACE, LEAD),
    Row(may_mention_everyone, SPACE, LEAD),
    Row(may_reply, THREAD, WRITE),
    Row(may_keep_thread, THREAD, LEAD),
    Row(visible_tags, TAG, READ),
    Row(may_keep_tag, TAG, LEAD),
    Row(may_move_posts, THREAD, LEAD),
    Row(may_take_thread_in, SPACE, LEAD),
    Row(may_rename_thread, THREAD, LEAD, "an owner's"),
    Row(may_accept_answer, THREAD, LEAD, "an owner's"),
    Row(visible_posts, POST, READ),
    Row(
        visible_attachments,
        one(Attachment, lambda w: w.here.attachments["standing"]),
        READ,
        "of a post that stands",
    ),
    Row(
        visible_attachments,
        one(Attachment, lambda w: w.here.attachments["removed"]),
        set(),
        "of a post that was removed",
    ),
    Row(
        visible_attachments,
        one(Attachment, lambda w: w.here.attachments["waiting"]),
        LEAD | {"other member"},
        "another member's, of a post that waits for approval",
    ),
    Row(
        visible_attachments,
        one(Attachment, lambda w: w.here.attachments["loose"]),
        {"member"},
        "a member's, in no post yet",
    ),
    Row(may_attach, SPACE, WRITE),
    Row(may_see_room, SPACE, LEAD),
    Row(visible_mail_imports, one(MailImport, lambda w: w.here.mail_import), ORGANISE),
    Row(may_import_mail, SPACE, ORGANISE | {SHELL}),
    Row(may_bring_archive, SPACE, ORGANISE | {SHELL}),
    Row(
        visible_talk_exports, one(TalkExport, lambda w: w.here.talk_export), {"owner"}, "an owner's"
    ),
    Row(may_export_talk, SPACE, ORGANISE),
    Row(
        visible_feed_keys,
        first(FeedKey, user_id=lambda w: w.here.people["member"]),
        {"member"},
        "a member's",
    ),
    Row(
        visible_waiting_posts,
        one(Post, lambda w: w.here.posts["waiting"]),
        LEAD | {"other member"},
        "another member's",
    ),
    Row(
        may_remove_post,
        one(Post, lambda w: w.here.posts["waiting"]),
        {"other member"},
        "another member's that waits for approval",
    ),
    Row(visible_removed_posts, REMOVED_POST, {"member"}, "a member's, which they removed"),
    Row(visible_post_drafts, draft("reply"), {"owner"}, "an owner's"),
    Row(visible_discarded_drafts, draft("discarded"), {"owner"}, "an owner's, thrown away"),
    Row(may_edit_post, POST, {"member"}, "a member's"),
    Row(may_remove_post, POST, LEAD | {"member"}, "a member's"),
    Row(may_vote, POST, WRITE, "a member's"),
    Row(may_report, POST, READ - {"member"}, "a member's"),
    Row(may_moderate, SPACE, LEAD),
    Row(visible_cases, CASE, LEAD, "a member's post"),
    Row(
        visible_reports,
        first(Report, case_id=lambda w: w.here.case),
        LEAD,
        "a member's post",
    ),
    Row(may_decide_case, CASE, LEAD, "a member's post"),
    Row(may_warn, CASE, LEAD, "a member's post"),
    Row(visible_decisions, WARNING, LEAD | {"member"}, "of the organiser, about a member"),
    Row(
        visible_appeals,
        first(Appeal, decision_id=lambda w: w.here.decision),
        LEAD | {"member"},
        "a member's",
    ),
    Row(may_appeal, WARNING, {"member"}, "about a member"),
    Row(may_answer_appeal, WARNING, LEAD - {"organiser"}, "of the organiser, about a member"),
    Row(visible_measures, MEASURE, LEAD, "of the organiser, about an observer"),
    Row(may_set_limits, SPACE, ORGANISE),
    Row(may_warn_member, member_place, LEAD, "a member"),
    Row(may_silence_member, member_place, LEAD, "a member"),
    Row(may_suspend_member, member_place, ORGANISE, "a member"),
    Row(
        may_measure_everywhere,
        one(User, lambda w: w.here.people["member"]),
        {"admin", SHELL},
        "a member",
    ),
    Row(may_lift, MEASURE, LEAD, "of the organiser, about an observer"),
    Row(may_answer_appeal, MEASURE, LEAD - {"organiser"}, "of the organiser, about an observer"),
    Row(
        visible_moderation_acts,
        first(ModerationAct, case_id=lambda w: w.here.decided_case),
        LEAD | {"admin", SHELL},
        "about a member",
    ),
    Row(may_keep_poll, POST, LEAD | {"member"}, "a member's"),
    Row(may_edit_poll, POST, {"member"}, "a member's"),
    Row(may_react, POST, LEAD | {"other member"}, "a member's"),
    Row(may_restore_post, REMOVED_POST, {"member"}, "a member's, which they removed"),
    Row(visible_courses, COURSE, LEAD | {SHELL}),
    Row(visible_versions, one(CourseVersion, lambda w: w.here.version), LEAD | {SHELL}),
    Row(may_import_course, SPACE, ORGANISE | {SHELL}),
    Row(may_begin_run, COURSE, ORGANISE),
    Row(may_edit_course, COURSE, ORGANISE | {SHELL}),
    Row(visible_drafts, one(CourseDraft, lambda w: w.here.draft.id), ORGANISE | {SHELL}),
    Row(
        visible_draft_modules,
        one(DraftModule, lambda w: w.here.draft.module),
        ORGANISE | {SHELL},
    ),
    Row(
        visible_draft_activities,
        one(DraftActivity, lambda w: w.here.draft.activity),
        ORGANISE | {SHELL},
    ),
    Row(visible_draft_assets, one(DraftAsset, lambda w: w.here.draft.picture), ORGANISE | {SHELL}),
    Row(visible_draft_files, one(DraftFile, lambda w: w.here.draft.file), ORGANISE | {SHELL}),
    Row(visible_sessions, SESSION, READ),
    Row(visible_messages, first(RoomMessage, session_id=lambda w: w.here.sessions["live"]), READ),
    Row(
        visible_attendance,
        first(
            Attendance,
            session_id=lambda w: w.here.sessions["ended"],
            user_id=lambda w: w.here.people["member"],
        ),
        LEAD | {"member"},
        "a member's",
    ),
    Row(may_schedule_session, SPACE, LEAD),
    Row(may_edit_session, SESSION, LEAD),
    Row(may_call_off_session, SESSION, LEAD),
    Row(may_start_session, SESSION, LEAD),
    Row(may_end_session, SESSION, LEAD),
    Row(may_set_video_link, SESSION, LEAD),
    Row(may_post_message, SESSION, WRITE),
    Row(may_raise_hand, SESSION, WRITE),
    Row(may_lower_any_hand, SESSION, LEAD),
    Row(may_see_attendance, SESSION, LEAD),
    Row(visible_runs, RUN, READ),
    Row(may_open_run, RUN, ORGANISE),
    Row(may_edit_run, RUN, ORGANISE),
    Row(may_see_learners, RUN, ORGANISE),
    Row(may_close_run, RUN, ORGANISE),
    Row(may_reopen_run, RUN, ORGANISE),
    Row(may_withdraw_run, RUN, {"owner"}),
    Row(visible_enrolments, ENROLMENT, ORGANISE | {"member"}, "a member's"),
    Row(may_pause_learner, ENROLMENT, ORGANISE | {"member"}, "a member's"),
    Row(may_withdraw_learner, ENROLMENT, ORGANISE, "a member's"),
    Row(may_return_learner, ENROLMENT, ORGANISE | {"member"}, "a member's"),
    Row(may_read_activity, activity(1), READ, "of an open module"),
    Row(may_read_activity, activity(2), LEAD | {"observer"}, "of a locked module"),
    Row(visible_pictures, picture("1"), READ | {SHELL}, "of an open module"),
    Row(visible_pictures, picture("2"), LEAD | {"observer", SHELL}, "of a locked module"),
    Row(visible_files, course_file("1"), READ | {SHELL}, "of an open module"),
    Row(visible_files, course_file("2"), LEAD | {"observer", SHELL}, "of a locked module"),
    Row(may_learn, RUN, {"member", "other member"}),
    Row(
        visible_records,
        one(Enrolment, lambda w: w.here.run.enrolments["member"]),
        LEAD | {"member"},
        "a member's",
    ),
    Row(may_see_everybody, RUN, LEAD),
    Row(may_see_answers, RUN, LEAD),
    Row(may_decide, RUN, LEAD),
    Row(may_bring_in, RUN, ORGANISE),
    Row(may_change_rules, RUN, ORGANISE),
    Row(may_look_after, RUN, LEAD),
    *(
        Row(
            visible_reflections,
            first(
                Reflection,
                enrolment_id=lambda w: w.here.run.enrolments["other"],
                readers=lambda _w, readers=readers: readers,
            ),
            who | {"other member"},
            f"the other member's, {words}",
        )
        for readers, who, words in (
            (Readers.PRIVATE, set(), "private"),
            (Readers.MENTOR, LEAD, "for who facilitates"),
            (Readers.COHORT, READ, "for the cohort"),
        )
    ),
    Row(
        visible_answers,
        first(SurveyAnswer, enrolment_id=lambda w: w.here.run.enrolments["other"]),
        LEAD | {"other member"},
        "the other member's",
    ),
    Row(may_see_results, RUN, LEAD),
    Row(
        visible_submissions,
        one(Submission, lambda w: w.here.submission),
        LEAD | {"other member"},
        "the other member's",
    ),
    Row(
        visible_work_files,
        one(WorkFile, lambda w: w.here.work_files["handed_in"]),
        LEAD | {"other member"},
        "the other member's, handed in",
    ),
    Row(
        visible_work_files,
        one(WorkFile, lambda w: w.here.work_files["draft"]),
        {"other member"},
        "the other member's, not handed in",
    ),
    Row(
        visible_extensions,
        first(Extension, enrolment_id=lambda w: w.here.run.enrolments["other"]),
        LEAD | {"other member"},
        "the other member's",
    ),
    Row(
        visible_attempts,
        one(QuizAttempt, lambda w: w.here.attempt),
        LEAD | {"other member"},
        "the other member's, handed in",
    ),
    Row(may_mark, RUN, LEAD),
    Row(may_extend, RUN, LEAD),
    Row(may_read_reflections, thoughts(Readers.PRIVATE), set(), "private"),
    Row(may_read_reflections, thoughts(Readers.MENTOR), LEAD, "for who facilitates"),
    Row(may_read_reflections, thoughts(Readers.COHORT), READ, "for the cohort"),
    Row(visible_certificates, CERTIFICATE, ORGANISE | {"member"}, "a member's"),
    Row(may_name_certificate, CERTIFICATE, {"member"}, "a member's"),
    Row(may_revoke_certificate, CERTIFICATE, ORGANISE, "a member's"),
    Row(may_reissue_certificate, CERTIFICATE, ORGANISE, "a member's"),
    Row(may_see_certificates, RUN, ORGANISE),
    Row(
        visible_certificate_names,
        first(CertificateName, user_id=lambda w: w.here.people["member"]),
        {"member"},
        "a member's",
    ),
    Row(visible_events, some_event, {"admin", SHELL}),
    Row(may_rebuild, lambda _world: (None,), {SHELL}),
    Row(may_use_desk, SPACE, LEAD),
)


# ------------------------------------------------------------------ the document

NO = "-"

HEAD = """\
# Who may do what

Made by `make permissions` from the rules in the features' `policy` modules; a test asks every \
rule of every role and fails when this page is out of date. What is not allowed here is refused.

- A role is held in one space and says nothing in another. *Elsewhere* is everybody without a role \
in the space: who never belonged, who left or was removed, owners of other networks, \
administrators, and who is not signed in.
- **Hidden equals absent**: what one may not see is answered like what does not exist, on every \
page, in the API, over sockets and in lists and counts.
- *a member's* is what belongs to the person of the column Member; *Other member* is another \
learner of the same cohort.
- Administrators look after the installation. They have the rights named here and no others.
- Somebody at the command line of the installation acts as nobody; what that allows is said below \
each table.
"""
TITLES = {
    "accounts": "Accounts",
    "spaces": "Spaces, members, invitations",
    "discussions": "Threads",
    "moderation": "Reports and decisions",
    "transfers": "Talk in and out",
    "academy": "Courses",
    "live": "Live sessions",
    "cohorts": "Runs",
    "progress": "Learning and progress",
    "coursework": "What learners make",
    "certificates": "Certificates",
    "correspondence": "Letters",
    "mailing": "When letters leave",
    "notifications": "Inboxes",
    "home": "The desk",
    "administration": "Looking after the installation",
}
ELSEWHERE = {"admin": "administrators", "neighbour": "owners and organisers of another space"}


def feature_of(row: Row) -> str:
    return row.name.split(".")[1]


def document() -> str:
    """Return ``docs/permissions.md``."""
    parts = [HEAD]
    for feature, rows in itertools.groupby(
        sorted(ROWS, key=lambda row: list(TITLES).index(feature_of(row))), key=feature_of
    ):
        parts.append(f"\n## {TITLES[feature]}\n\n{table(list(rows))}")
    return "".join(parts)


def table(rows: Iterable[Row]) -> str:
    heads = [*(name.capitalize() for name in COLUMNS), "Elsewhere"]
    lines = ["| | " + " | ".join(heads) + " |", "| --- |" + " :-: |" * len(heads)]
    notes: list[str] = []
    for rule, group in itertools.groupby(rows, key=lambda row: row.rule):
        asked = list(group)
        if len(asked) > 1:
            lines.append(f"| {said(rule)} |" + " |" * len(heads))
        for row in asked:
            cells = ["yes" if name in row.yes else NO for name in COLUMNS]
            outside = [name for name in OUTSIDE if name in row.yes]
            cells.append(", ".join(ELSEWHERE[name] for name in outside) or NO)
            first = f"*{row.words}*" if len(asked) > 1 else said(rule, row.words)
            lines.append(f"| {first} | " + " | ".join(cells) + " |")
        if any(SHELL in row.yes for row in asked):
            notes.append(f"`{rule.__name__}`")
    if notes:
        lines += ["", f"The command line may too: {', '.join(notes)}."]
    return "\n".join(lines) + "\n"


def said(rule: Callable[..., Any], about: str = "") -> str:
    """Return a rule in plain words: the first sentence of its docstring, and its name."""
    words = re.sub(r"\s+", " ", inspect.getdoc(rule) or "").split(". ")[0].rstrip(".")
    words = re.sub(r"``(\w+)``", r"`\1`", words).replace("|", "/")
    return f"{words} (`{rule.__name__}`)" + (f": *{about}*" if about else "")


def missing() -> set[str]:
    """Return the rules of the catalogue that no row asks."""
    return set(catalogue) - {row.name for row in ROWS}


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
