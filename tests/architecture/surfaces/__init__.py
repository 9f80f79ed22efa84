"""Every place where something is read: what may be asked there, and which rule decides.

``SURFACES`` holds each GET route by its endpoint; a route that is not here fails a test by name.
"""

import dataclasses
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from architecture.eyes import Eyes
from architecture.surfaces.asking import (
    by_activity,
    by_attachment,
    by_case,
    by_decision,
    by_draft,
    by_draft_file,
    by_draft_page,
    by_draft_part,
    by_enrolment,
    by_essays,
    by_essays_page,
    by_hand_in_page,
    by_kind,
    by_kind_page,
    by_list,
    by_mail_import,
    by_member,
    by_own_decision,
    by_person,
    by_picture,
    by_place,
    by_portrait,
    by_post,
    by_post_draft,
    by_posts,
    by_record,
    by_run,
    by_session,
    by_slug,
    by_source,
    by_space,
    by_space_feed,
    by_submission,
    by_talk_export,
    by_thread,
    by_thread_feed,
    by_version,
    by_work_file,
    nothing,
    spaces,
)
from architecture.surfaces.seeing import (
    begins_more,
    both,
    concerns,
    has_place,
    in_run,
    in_session,
    in_space,
    keeps_tag,
    marks_essays,
    may_begin,
    of,
    of_thread,
    on_post,
    sees_activity,
    sees_hand_in,
    sees_learner,
    sees_list,
    sees_person,
    sees_picture,
    sees_portrait,
    sees_record,
    sees_run,
    sees_source,
    sees_space,
    sees_words,
    shows_feed,
    writes_courses,
)
from architecture.surfaces.surface import Args, Surface, is_admin, yes
from factories.neighbours import Neighbours

from community.certificates.policy import may_see_certificates
from community.cohorts.policy import may_edit_run
from community.coursework.policy import may_extend, may_mark, may_see_results
from community.discussions.policy import (
    may_edit_post,
    may_move_posts,
    may_remove_post,
    may_rename_thread,
    may_restore_post,
    may_see_room,
    may_start_thread,
    visible_threads,
)
from community.home.policy import may_use_desk
from community.live.policy import (
    may_edit_session,
    may_schedule_session,
    may_see_attendance,
    visible_sessions,
)
from community.moderation.policy import may_moderate, may_report, may_set_limits
from community.progress.policy import (
    may_change_rules,
    may_decide,
    may_learn,
    may_look_after,
    may_see_everybody,
)
from community.search.models import EntryKind
from community.spaces.policy import may_invite, visible_invitations, visible_memberships
from community.transfers.policy import may_export_talk, may_import_mail

SPACE = Surface(by_space, sees_space)
PAGE = Surface(by_slug, sees_space)
RUN = Surface(by_run, sees_run)
SESSION = Surface(by_session, of("sessions", "session_id"))
THREAD = Surface(by_thread, of("threads", "thread_id"))
POST = Surface(by_post, of("posts", "post_id"))
WORDS = Surface(by_post, sees_words)
SETTLED = Surface(by_slug, sees_run, in_run(may_edit_run))
LIST = Surface(nothing, yes)
OFFICE = Surface(nothing, is_admin, tells=True)  # every name and number, for administrators


def holds_letter(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    """Whether the letter about a next address is this person's."""
    owners = {side.letters["change"]: side.people["owner"] for side in (world.here, world.there)}
    return eyes.user_id == owners.get(args["token"])


def by_certificate(world: Neighbours) -> list[Args]:
    return [{"certificate_id": side.certificate} for side in (world.here, world.there)]


def has_certificate(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    """Whether the run of an address is one for which somebody has a certificate of their own."""
    holders = {side.run.slug: side.people["member"] for side in (world.here, world.there)}
    return eyes.user_id == holders.get(args["slug"]) and sees_run(eyes, world, args)


def sees_draft(eyes: Eyes, _world: Neighbours, args: Args) -> bool:
    return args["own_draft_id"] in {*eyes.post_drafts, *eyes.discarded_drafts}


CERTIFICATE = Surface(by_certificate, of("certificates", "certificate_id"))
VERIFIED = Surface(
    lambda world: [{"code": side.certificate_code} for side in (world.here, world.there)],
    yes,
    tells=True,
)


def by_letter(name: str) -> Surface:
    """Return the page of a link in a letter: whoever holds it sees it."""
    return Surface(
        lambda world: [{"token": side.letters[name]} for side in (world.here, world.there)],
        yes,
        tells=True,
    )


def by_question(world: Neighbours) -> list[Args]:
    """Return questions that everything fits, kind by kind, and words of each side."""
    every = [{"?q": f"is:{kind.value}"} for kind in EntryKind]
    return [*every, *({"?q": side.word} for side in (world.here, world.there))]


FOUND = Surface(by_question, yes)

SURFACES: Mapping[str, Surface] = {
    # lists of one's own, and what everybody may see
    "home.landing": LIST,
    "home.styleguide": LIST,
    "home.week": LIST,
    "home.catch_up": LIST,
    "search.find": FOUND,
    "search_api.find": FOUND,
    "administration.accounts": OFFICE,
    "administration.spaces": OFFICE,
    "administration.site": OFFICE,
    "administration.audit": OFFICE,
    "accounts.me": LIST,
    "accounts.data": LIST,
    "accounts.download": LIST,
    "accounts.delete": LIST,
    "correspondence.letters": LIST,
    "notifications.inbox": LIST,
    "notifications_api.inbox": LIST,
    "notifications_api.count": LIST,
    "mailing.ledger": LIST,
    "mailing.times": LIST,
    "mailing_api.ledger": LIST,
    "mailing_api.times": LIST,
    "mailing_api.mailbox": LIST,
    "discussions.my_following": LIST,
    "discussions_api.threads_followed": LIST,
    "discussions_api.spaces_followed": LIST,
    "discussions_api.blocked": LIST,
    "correspondence_api.letters": LIST,
    "correspondence_api.devices_that_tell": LIST,
    "correspondence.worker": LIST,
    "discussions_api.emoji": LIST,
    "correspondence.by_link": Surface(
        lambda world: [{"token": side.stop_letters} for side in (world.here, world.there)],
        yes,
        tells=True,
    ),
    "accounts.picture": LIST,
    "accounts.sign_in": LIST,
    "accounts.second_factor": LIST,
    "accounts.factors": LIST,
    "accounts.set_up_app": LIST,
    "accounts.new_passkey": LIST,
    "accounts.tokens": LIST,
    "accounts.security": LIST,
    "accounts.register": LIST,
    "accounts.lost": LIST,
    "accounts.finish": by_letter("registration"),
    "accounts.reset": by_letter("reset"),
    "accounts.undo": by_letter("undo"),
    "accounts.confirm": Surface(
        lambda world: [{"token": side.letters["change"]} for side in (world.here, world.there)],
        holds_letter,
    ),
    "accounts.prove": LIST,
    "accounts_api.me": LIST,
    "accounts_api.tokens": LIST,
    "accounts_api.sign_ins": LIST,
    "spaces_api.spaces": LIST,
    "academy_api.courses": LIST,
    "live_api.upcoming": LIST,
    "cohorts_api.runs": LIST,
    "api_docs": LIST,
    "health.live": LIST,
    "health.ready": LIST,
    "metrics.read": LIST,
    "api-docs.openapi_json": LIST,
    "academy.course_list": Surface(
        lambda world: [{}, *({"?slug": slug} for slug, _key in spaces(world))],
        lambda eyes, world, args: not args or dict(spaces(world))[args["?slug"]] in eyes.spaces,
    ),
    # spaces
    "spaces_api.space": SPACE,
    "spaces_api.members": SPACE,
    "spaces_api.invitations": dataclasses.replace(SPACE, may=in_space(may_invite)),
    "discussions_api.threads": SPACE,
    "discussions_api.following_space": SPACE,
    "discussions_api.usual": SPACE,
    "discussions_api.mentionable": SPACE,
    "live_api.sessions": SPACE,
    "home.space": PAGE,
    "spaces.people": PAGE,
    "spaces.invite": dataclasses.replace(PAGE, may=in_space(may_invite)),
    "spaces.check_list": dataclasses.replace(PAGE, may=in_space(may_invite)),
    "spaces.inviting": dataclasses.replace(PAGE, may=in_space(may_invite)),
    "discussions.thread_list": PAGE,
    "discussions.tag_list": PAGE,
    "discussions_api.tags": SPACE,
    "discussions.tag": Surface(
        lambda world: [{"tag_id": side.tag} for side in (world.here, world.there)],
        of("tags", "tag_id"),
        keeps_tag,
    ),
    "transfers.feeds": LIST,
    "transfers.space_feed_way": PAGE,
    "transfers.thread_feed_way": THREAD,
    "transfers.followed_feed": Surface(
        lambda world: [{"token": side.feed_token} for side in (world.here, world.there)],
        yes,
        tells=True,
    ),
    "transfers.space_feed": Surface(by_space_feed, shows_feed, tells=True),
    "transfers.thread_feed": Surface(by_thread_feed, shows_feed, tells=True),
    "transfers.mail_imports": dataclasses.replace(PAGE, may=in_space(may_import_mail)),
    "transfers.mail_import": Surface(by_mail_import(), of("mail_imports", "import_id")),
    "transfers.mail_report": Surface(by_mail_import(ending="csv"), of("mail_imports", "import_id")),
    "transfers.talk_export": Surface(by_talk_export, of("talk_exports", "export_id")),
    "transfers_api.imports": dataclasses.replace(SPACE, may=in_space(may_import_mail)),
    "transfers_api.import_": Surface(by_mail_import(), of("mail_imports", "import_id")),
    "transfers_api.messages": Surface(by_mail_import(), of("mail_imports", "import_id")),
    "transfers_api.exports": dataclasses.replace(SPACE, may=in_space(may_export_talk)),
    "transfers_api.export": Surface(by_talk_export, of("talk_exports", "export_id")),
    "transfers_api.archive": Surface(by_talk_export, of("talk_exports", "export_id")),
    "transfers_api.feeds": LIST,
    "discussions.new_thread": dataclasses.replace(PAGE, may=in_space(may_start_thread)),
    "live.session_list": PAGE,
    "live.new_session": dataclasses.replace(PAGE, may=in_space(may_schedule_session)),
    "home.desk_list": Surface(by_list(), sees_list, in_space(may_use_desk)),
    "home.desk_file": Surface(by_list("csv", "xlsx"), sees_list, in_space(may_use_desk)),
    "home.desk": dataclasses.replace(PAGE, may=in_space(may_use_desk)),
    "spaces.join": Surface(
        lambda world: [{"token": side.secret} for side in (world.here, world.there)],
        yes,
        tells=True,
    ),
    "spaces.decline": Surface(
        lambda world: [{"token": side.letter_secret} for side in (world.here, world.there)],
        yes,
        tells=True,
    ),
    # people
    "spaces.person": Surface(by_person, sees_person),
    "spaces.picture": Surface(by_portrait, sees_portrait),
    "spaces_api.someone": Surface(by_person, sees_person),
    # threads and sessions
    "discussions_api.thread": THREAD,
    "discussions_api.posts": THREAD,
    "discussions_api.following": THREAD,
    "discussions.thread": THREAD,
    "discussions.settings": Surface(
        by_thread, of("threads", "thread_id"), of_thread(may_rename_thread)
    ),
    "discussions.choose": dataclasses.replace(THREAD, may=of_thread(may_move_posts)),
    "discussions.split": Surface(by_posts, of("threads", "thread_id"), of_thread(may_move_posts)),
    "discussions.merge": Surface(by_posts, of("threads", "thread_id"), of_thread(may_move_posts)),
    "discussions.move": dataclasses.replace(THREAD, may=of_thread(may_move_posts)),
    "discussions_api.drafts": LIST,
    "discussions.drafts": LIST,
    "discussions.draft": Surface(by_post_draft, sees_draft),
    "discussions_api.words": WORDS,
    "discussions_api.editions": POST,
    "discussions_api.reactions": POST,
    "discussions.reactions": POST,
    "discussions_api.poll": POST,
    "discussions_api.votes": POST,
    "discussions.poll": POST,
    "discussions.post": WORDS,
    "discussions.attachment": Surface(by_attachment, of("attachments", "attachment_id")),
    "discussions_api.room": dataclasses.replace(SPACE, may=in_space(may_see_room)),
    "discussions.editions": POST,
    "discussions.edit": dataclasses.replace(WORDS, may=on_post(may_edit_post)),
    "discussions.remove": dataclasses.replace(WORDS, may=on_post(may_remove_post)),
    "discussions.restore": dataclasses.replace(
        POST, sees=of("removed_posts", "post_id"), may=on_post(may_restore_post)
    ),
    "live_api.session": SESSION,
    "live_api.messages": SESSION,
    "live_api.hands": SESSION,
    "live_api.people": SESSION,
    "live_api.my_attendance": SESSION,
    "live_api.attendance": dataclasses.replace(SESSION, may=in_session(may_see_attendance)),
    "live.session": SESSION,
    "live.room": SESSION,
    "live.calendar_file": SESSION,
    "live.edit": dataclasses.replace(SESSION, may=in_session(may_edit_session)),
    # courses, as their authors read them
    "academy_api.versions": Surface(
        lambda world: [{"course_id": side.course} for side in (world.here, world.there)],
        of("courses", "course_id"),
    ),
    "academy_api.version": Surface(by_version, of("versions", "version_id")),
    "academy_api.activity": Surface(by_source, sees_source),
    "academy.course": Surface(by_version, of("versions", "version_id")),
    "academy.activity": Surface(
        lambda world: [{**args, "module": 2, "activity": 1} for args in by_version(world)],
        of("versions", "version_id"),
    ),
    "academy_api.drafts": LIST,
    "academy_api.draft": Surface(by_draft, of("drafts", "draft_id")),
    "academy_api.draft_problems": Surface(by_draft, of("drafts", "draft_id")),
    "academy_api.draft_difference": Surface(by_draft, of("drafts", "draft_id")),
    "academy_api.draft_module": Surface(by_draft_part("module"), of("draft_parts", "module_id")),
    "academy_api.draft_activity": Surface(
        by_draft_part("activity"), of("draft_parts", "activity_id")
    ),
    "academy.new_course": Surface(nothing, yes, writes_courses),
    "academy.studio": Surface(by_draft, of("drafts", "draft_id")),
    "academy.studio_module": Surface(by_draft_page("module"), of("draft_parts", "module_id")),
    "academy.studio_activity": Surface(by_draft_page("activity"), of("draft_parts", "activity_id")),
    "academy.publish_draft": Surface(by_draft, of("drafts", "draft_id")),
    "academy.draft_file": Surface(by_draft_file, of("drafts", "draft_id")),
    "progress.preview_draft": Surface(by_draft, of("drafts", "draft_id")),
    "cohorts.new_run": Surface(
        lambda world: [{"?version": side.version} for side in (world.here, world.there)],
        of("versions", "?version"),
        may_begin,
    ),
    "cohorts.settings": SETTLED,
    "cohorts.dates": SETTLED,
    "cohorts.shift": SETTLED,
    "cohorts.version": SETTLED,
    "cohorts.releases": SETTLED,
    "cohorts.release": dataclasses.replace(
        SETTLED, asks=lambda world: [{**args, "position": 2} for args in by_slug(world)]
    ),
    "cohorts.next_run": dataclasses.replace(SETTLED, may=both(may_edit_run, begins_more)),
    # runs, as their people have them
    "cohorts_api.run": RUN,
    "cohorts_api.calendar_of": RUN,
    "progress_api.outline": RUN,
    "progress_api.progress": dataclasses.replace(RUN, may=in_run(may_learn)),
    "progress_api.everybody": dataclasses.replace(RUN, may=in_run(may_see_everybody)),
    "progress_api.came_of": dataclasses.replace(RUN, may=in_run(may_see_everybody)),
    "progress_api.policy": RUN,
    "progress_api.verdicts": Surface(by_enrolment, of("records", "enrolment_id")),
    "progress_api.content": Surface(by_activity, sees_activity),
    "coursework_api.checklist": Surface(by_kind("checklist"), sees_activity),
    "coursework_api.quiz": Surface(by_kind("quiz"), sees_activity),
    "coursework_api.file": Surface(by_kind("file"), sees_activity),
    "coursework_api.film": Surface(by_kind("film"), sees_activity),
    "coursework_api.reflection": Surface(by_kind("reflection"), sees_activity),
    "coursework_api.reflections": Surface(by_kind("reflection"), sees_activity),
    "coursework.reflections": Surface(by_kind_page("reflection"), sees_activity),
    "coursework.answered": Surface(by_kind_page("quiz"), sees_activity),
    "coursework.survey_answered": Surface(by_kind_page("survey"), sees_activity),
    "coursework_api.survey": Surface(by_kind("survey"), sees_activity),
    "coursework_api.survey_results": Surface(
        by_kind("survey"), sees_activity, in_run(may_see_results)
    ),
    "coursework_api.survey_answers": Surface(
        by_kind("survey"), sees_activity, in_run(may_see_results)
    ),
    "coursework.survey_results": Surface(
        by_kind_page("survey"), sees_activity, in_run(may_see_results)
    ),
    "coursework.survey_file": Surface(
        lambda world: [
            args
            for name, ending in (("counts", "csv"), ("people", "csv"), ("people", "xlsx"))
            for args in by_kind_page("survey", name=name, ending=ending)(world)
        ],
        sees_activity,
        in_run(may_see_results),
    ),
    "moderation.report": Surface(by_post, of("posts", "post_id"), on_post(may_report)),
    "moderation.queue": Surface(by_slug, sees_space, in_space(may_moderate)),
    "moderation.limits": Surface(by_slug, sees_space, in_space(may_set_limits)),
    "moderation_api.limits": Surface(by_space, sees_space, in_space(may_set_limits)),
    "moderation.all_queues": LIST,
    "moderation.case": Surface(by_case, of("cases", "case_id")),
    "moderation.record": Surface(by_slug, sees_space, in_space(may_moderate)),
    "moderation.record_file": Surface(
        lambda world: [
            {**args, "ending": ending} for args in by_slug(world) for ending in ("csv", "xlsx")
        ],
        sees_space,
        in_space(may_moderate),
    ),
    "moderation.record_of_all": OFFICE,
    "moderation.decisions": LIST,
    "moderation.decision": Surface(by_own_decision, concerns),
    "moderation.member": Surface(by_member("slug"), sees_space, in_space(may_moderate)),
    "moderation.everywhere": dataclasses.replace(OFFICE, asks=by_person),
    "moderation_api.measures": Surface(by_member("space_id"), sees_space, in_space(may_moderate)),
    "moderation_api.cases": Surface(by_space, sees_space, in_space(may_moderate)),
    "moderation_api.all_cases": LIST,
    "moderation_api.case": Surface(by_case, of("cases", "case_id")),
    "moderation_api.decisions": LIST,
    "certificates.certificates": LIST,
    "certificates.certificate": CERTIFICATE,
    "certificates.pdf": CERTIFICATE,
    "certificates.own": Surface(by_slug, has_certificate),
    "certificates.of_run": Surface(by_slug, sees_run, in_run(may_see_certificates)),
    "certificates.ask": LIST,
    "certificates.verify": VERIFIED,
    "certificates_api.mine": LIST,
    "certificates_api.read": CERTIFICATE,
    "certificates_api.of_run": dataclasses.replace(RUN, may=in_run(may_see_certificates)),
    "certificates_api.verify": VERIFIED,
    "coursework_api.assignment": Surface(by_kind("assignment"), sees_activity),
    "coursework_api.run_hand_ins": dataclasses.replace(RUN, may=in_run(may_mark)),
    "coursework_api.one_hand_in": Surface(by_submission, of("submissions", "submission_id")),
    "coursework_api.attempt_essays": Surface(by_essays, marks_essays, in_run(may_mark)),
    "coursework.essays_page": Surface(by_essays_page, marks_essays, in_run(may_mark)),
    "coursework.hand_in_queue": Surface(by_slug, sees_run, in_run(may_mark)),
    "coursework.hand_in_page": Surface(by_hand_in_page, sees_hand_in, in_run(may_mark)),
    "coursework.hand_in_file": Surface(by_work_file, of("work_files", "file_id")),
    "coursework.more_time": Surface(by_kind_page("assignment"), sees_activity, in_run(may_extend)),
    "cohorts.place": Surface(by_slug, has_place),
    "cohorts.learners": Surface(by_slug, sees_run, in_space(may_invite)),
    "cohorts.learner": Surface(by_record, sees_learner, in_space(may_invite)),
    "cohorts_api.mine": LIST,
    "cohorts_api.place": Surface(by_enrolment, of("places", "enrolment_id")),
    "cohorts_api.history": Surface(by_enrolment, of("places", "enrolment_id")),
    "progress.learn": Surface(by_slug, sees_run),
    "progress.activity": Surface(by_place, sees_activity),
    "progress.who_sees": Surface(by_slug, sees_run, in_run(may_see_everybody)),
    "progress.record": Surface(by_record, sees_record),
    "progress.mine": Surface(by_slug, sees_run, in_run(may_learn)),
    "progress.rules": Surface(by_slug, sees_run, in_run(may_change_rules)),
    "progress.excuse": Surface(by_slug, sees_run, in_run(may_decide)),
    "progress.nudge_page": Surface(by_record, sees_record, in_run(may_look_after)),
    "progress.decision": Surface(by_decision, sees_record, in_run(may_decide)),
    "progress.picture": Surface(by_picture, sees_picture),
}


def of_space(
    visible: Callable[..., Any],
) -> Callable[[Eyes, Neighbours, Args], Iterable[uuid.UUID]]:
    return lambda eyes, _world, args: eyes.within(visible, args["space_id"])


LISTS: Mapping[str, Callable[[Eyes, Neighbours, Args], Iterable[uuid.UUID]]] = {
    "spaces_api.spaces": lambda eyes, _world, _args: eyes.spaces,
    "cohorts_api.runs": lambda eyes, _world, _args: eyes.runs,
    "academy_api.courses": lambda eyes, _world, _args: eyes.courses,
    "academy_api.drafts": lambda eyes, _world, _args: eyes.drafts,
    "accounts_api.tokens": lambda eyes, _world, _args: eyes.tokens,
    "spaces_api.members": of_space(visible_memberships),
    "spaces_api.invitations": of_space(visible_invitations),
    "discussions_api.threads": of_space(visible_threads),
    "live_api.sessions": of_space(visible_sessions),
    "discussions_api.drafts": lambda eyes, _world, _args: eyes.post_drafts,
}
"""What the lists of the API hold."""
