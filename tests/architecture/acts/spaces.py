"""What one does in a space: inviting, joining, roles, threads."""

import uuid
from collections.abc import Mapping
from typing import Any

from architecture.acts.parts import (
    INVITED,
    LETTER,
    LISTED,
    MEMBER,
    MEMBER_PAGE,
    PAGE,
    POST,
    REMOVED_POST,
    ROLE,
    SEES_POST,
    SEES_REMOVED_POST,
    SEES_THREAD,
    SOMEBODY,
    SPACE,
    THREAD,
    THREAD_FIELDS,
    Act,
    fixed,
    in_open,
    on_membership,
    on_thread,
)
from architecture.surfaces.seeing import (
    accepts_post,
    in_space,
    keeps_tag,
    of,
    of_thread,
    on_post,
    sees_person,
    sees_space,
)
from factories.neighbours import Side

from community.discussions.policy import (
    may_accept_answer,
    may_attach,
    may_edit_poll,
    may_edit_post,
    may_keep_poll,
    may_keep_thread,
    may_move_posts,
    may_react,
    may_remove_post,
    may_rename_thread,
    may_restore_post,
    may_split_thread,
    may_start_thread,
    may_vote,
)
from community.spaces.policy import (
    may_change_role,
    may_invite,
    may_remove_member,
    may_set_rescue_time,
)
from community.transfers.policy import may_export_talk, may_import_mail

NEW_POLL = fixed(question="Where?", options=["Here", "There"])
NEW_THREAD = fixed(title="Apart", kind="question", numbers=[2])
MOVES = of_thread(may_move_posts)
SPLITS = of_thread(may_split_thread)


TAG = in_open(tag_id=lambda side: side.tag)
EXPORT = in_open(export_id=lambda side: side.talk_export)
IMPORT = in_open(import_id=lambda side: side.mail_import)


def other_thread(side: Side) -> dict[str, Any]:
    return {"into": str(side.threads["network"]), "numbers": [2]}


def other_space(side: Side) -> dict[str, Any]:
    return {"space_id": str(side.network)}


NEW = uuid.uuid4()
FORM = in_open(space_id=lambda side: side.run.space, form=lambda _side: str(NEW))
BEGUN = fixed(body="Yes", revision=0)

ACTS: Mapping[str, Act] = {
    # ---------- over JSON
    "spaces_api.change": Act("owner", MEMBER, ROLE, sees_space, on_membership(may_change_role)),
    "spaces_api.remove": Act(
        "owner", MEMBER, sees=sees_space, may=on_membership(may_remove_member)
    ),
    "spaces_api.invite": Act("owner", SPACE, INVITED, sees_space, in_space(may_invite)),
    "spaces_api.rescue_time": Act(
        "owner", SPACE, fixed(hours=4), sees_space, in_space(may_set_rescue_time)
    ),
    "spaces_api.revoke": Act(
        "owner",
        in_open(invitation_id=lambda side: side.invitation),
        sees=of("invitations", "invitation_id"),
    ),
    "spaces_api.check_list": Act("owner", SPACE, LISTED, sees_space, in_space(may_invite)),
    "spaces_api.send_list": Act("owner", SPACE, LISTED, sees_space, in_space(may_invite)),
    "spaces_api.resend_all": Act("owner", SPACE, sees=sees_space, may=in_space(may_invite)),
    "spaces_api.resend": Act("owner", LETTER, sees=of("invitations", "invitation_id")),
    "spaces_api.decline": Act("outsider", given=lambda side: {"token": side.letter_secret}),
    "spaces_api.accept": Act("outsider", given=lambda side: {"token": side.secret}),
    "discussions_api.start": Act(
        "member", SPACE, THREAD_FIELDS, sees_space, in_space(may_start_thread)
    ),
    "discussions_api.reply": Act("member", THREAD, fixed(body="Yes."), SEES_THREAD, on_thread),
    "discussions_api.rename": Act(
        "owner",
        THREAD,
        fixed(title="Called so", kind="question"),
        SEES_THREAD,
        of_thread(may_rename_thread),
    ),
    "discussions_api.pin": Act("owner", THREAD, sees=SEES_THREAD, may=of_thread(may_keep_thread)),
    "discussions_api.unpin": Act("owner", THREAD, sees=SEES_THREAD, may=of_thread(may_keep_thread)),
    "discussions_api.unlock": Act(
        "owner", THREAD, sees=SEES_THREAD, may=of_thread(may_keep_thread)
    ),
    "discussions_api.lock": Act("owner", THREAD, sees=SEES_THREAD, may=of_thread(may_keep_thread)),
    "discussions_api.rename_a_tag": Act(
        "owner", TAG, fixed(name="rivers"), of("tags", "tag_id"), keeps_tag
    ),
    "discussions_api.remove_a_tag": Act("owner", TAG, sees=of("tags", "tag_id"), may=keeps_tag),
    "discussions_api.split": Act("owner", THREAD, NEW_THREAD, SEES_THREAD, SPLITS),
    "discussions_api.merge": Act("owner", THREAD, other_thread, SEES_THREAD, MOVES),
    "discussions_api.move": Act("owner", THREAD, other_space, SEES_THREAD, MOVES),
    "discussions_api.take_answer_back": Act(
        "owner", THREAD, sees=SEES_THREAD, may=of_thread(may_accept_answer)
    ),
    "discussions_api.accept": Act("owner", POST, sees=SEES_POST, may=accepts_post),
    "discussions_api.choose_following": Act("observer", THREAD, fixed(level="muted"), SEES_THREAD),
    "discussions_api.follow_as_space": Act("observer", THREAD, sees=SEES_THREAD),
    "discussions_api.choose_following_space": Act(
        "observer", SPACE, fixed(level="muted"), sees_space
    ),
    "discussions_api.follow_space_as_usual": Act("observer", SPACE, sees=sees_space),
    "discussions_api.block": Act("observer", SOMEBODY, sees=sees_person),
    "discussions_api.unblock": Act("observer", SOMEBODY, sees=sees_person),
    "discussions_api.react": Act(
        "owner", POST, fixed(kind="thanks", on=True), SEES_POST, on_post(may_react)
    ),
    "discussions_api.vote": Act("owner", POST, fixed(choices=[1]), SEES_POST, on_post(may_vote)),
    "discussions_api.take_vote_back": Act("owner", POST, sees=SEES_POST, may=on_post(may_vote)),
    "discussions_api.edit_poll": Act("member", POST, NEW_POLL, SEES_POST, on_post(may_edit_poll)),
    "discussions_api.remove_poll": Act("member", POST, sees=SEES_POST, may=on_post(may_edit_poll)),
    "discussions_api.close_poll": Act("owner", POST, sees=SEES_POST, may=on_post(may_keep_poll)),
    "discussions_api.reopen_poll": Act("owner", POST, sees=SEES_POST, may=on_post(may_keep_poll)),
    "discussions_api.unread": Act("member", THREAD, fixed(number=1), SEES_THREAD),
    "discussions_api.edit": Act(
        "member", POST, fixed(body="Anew.", edition=1), SEES_POST, on_post(may_edit_post)
    ),
    "discussions_api.remove": Act("member", POST, sees=SEES_POST, may=on_post(may_remove_post)),
    "discussions_api.restore": Act(
        "member", REMOVED_POST, sees=SEES_REMOVED_POST, may=on_post(may_restore_post)
    ),
    "discussions_api.attach": Act(
        "member", SPACE, sees=sees_space, may=in_space(may_attach), file="upload"
    ),
    "discussions_api.preview": Act(
        "member", SPACE, fixed(body="*So* it stands."), sees_space, in_space(may_start_thread)
    ),
    "discussions_api.read": Act("member", THREAD, fixed(number=1), SEES_THREAD),
    "discussions_api.save_reply": Act("member", THREAD, BEGUN, SEES_THREAD, on_thread),
    "discussions_api.save_thread": Act(
        "member", FORM, fixed(title="Who?", revision=0), sees_space, in_space(may_start_thread)
    ),
    "discussions_api.save_edit": Act(
        "member",
        POST,
        fixed(body="An", edition=1, revision=0),
        SEES_POST,
        on_post(may_edit_post),
    ),
    "discussions_api.discard_reply": Act("member", THREAD, sees=SEES_THREAD),
    "discussions_api.discard_thread": Act("member", FORM, sees=sees_space),
    "discussions_api.discard_edit": Act("member", POST, sees=SEES_POST),
    # ---------- by form
    "spaces.join": Act(
        "anonymous",
        lambda side: {"token": side.secret},
        fixed(name="New One", email="new@example.org", password="seven herons", zone="UTC"),
        open=True,
    ),
    "spaces.invite": Act("owner", PAGE, INVITED, sees_space, in_space(may_invite)),
    "spaces.revoke": Act(
        "owner",
        in_open(invitation_id=lambda side: side.invitation),
        sees=of("invitations", "invitation_id"),
    ),
    "spaces.check_list": Act("owner", PAGE, LISTED, sees_space, in_space(may_invite), file="file"),
    "spaces.send_list": Act("owner", PAGE, LISTED, sees_space, in_space(may_invite)),
    "spaces.resend_all": Act("owner", PAGE, sees=sees_space, may=in_space(may_invite)),
    "spaces.resend": Act("owner", LETTER, sees=of("invitations", "invitation_id")),
    "spaces.decline": Act("anonymous", lambda side: {"token": side.letter_secret}, open=True),
    "spaces.change": Act(
        "owner",
        MEMBER_PAGE,
        ROLE,
        sees_space,
        on_membership(may_change_role),
    ),
    "spaces.remove": Act(
        "owner",
        MEMBER_PAGE,
        sees=sees_space,
        may=on_membership(may_remove_member),
    ),
    "discussions.new_thread": Act(
        "member",
        PAGE,
        fixed(kind="question", title="Who knows?", body="I do not.", nonce="a"),
        sees_space,
        in_space(may_start_thread),
    ),
    "discussions.reply": Act(
        "member", THREAD, fixed(body="Yes.", seen="1"), SEES_THREAD, on_thread
    ),
    "discussions.attach_to_new": Act(
        "member", PAGE, sees=sees_space, may=in_space(may_attach), file="upload"
    ),
    "discussions.attach_to_reply": Act(
        "member", THREAD, sees=SEES_THREAD, may=on_thread, file="upload"
    ),
    "discussions.attach_to_edit": Act(
        "member", POST, sees=SEES_POST, may=on_post(may_edit_post), file="upload"
    ),
    "discussions.settings": Act(
        "owner",
        THREAD,
        fixed(title="Called so", kind="question"),
        SEES_THREAD,
        of_thread(may_rename_thread),
    ),
    "discussions.pin": Act(
        "owner", THREAD, fixed(on="yes"), SEES_THREAD, of_thread(may_keep_thread)
    ),
    "discussions.lock": Act(
        "owner", THREAD, fixed(on="yes"), SEES_THREAD, of_thread(may_keep_thread)
    ),
    "home.rescue_time": Act(
        "owner", PAGE, fixed(hours="4"), sees_space, in_space(may_set_rescue_time)
    ),
    "discussions.tag": Act("owner", TAG, fixed(name="rivers"), of("tags", "tag_id"), keeps_tag),
    "discussions.remove_this_tag": Act("owner", TAG, sees=of("tags", "tag_id"), may=keeps_tag),
    "transfers_api.bring": Act(
        "owner", SPACE, sees=sees_space, may=in_space(may_import_mail), file="upload"
    ),
    "transfers_api.take_back": Act("owner", IMPORT, sees=of("mail_imports", "import_id")),
    "transfers_api.take_along": Act("owner", SPACE, sees=sees_space, may=in_space(may_export_talk)),
    "transfers_api.remove": Act("owner", EXPORT, sees=of("talk_exports", "export_id")),
    "transfers.bring_mail": Act(
        "owner", PAGE, sees=sees_space, may=in_space(may_import_mail), file="upload"
    ),
    "transfers.take_along": Act("owner", PAGE, sees=sees_space, may=in_space(may_export_talk)),
    "transfers.remove_talk_export": Act("owner", EXPORT, sees=of("talk_exports", "export_id")),
    "transfers.take_mail_back": Act("owner", IMPORT, sees=of("mail_imports", "import_id")),
    "discussions.split": Act(
        "owner", THREAD, fixed(title="Apart", kind="question", posts="2"), SEES_THREAD, SPLITS
    ),
    "discussions.merge": Act(
        "owner",
        THREAD,
        lambda side: {"into": str(side.threads["network"]), "posts": "2"},
        SEES_THREAD,
        MOVES,
    ),
    "discussions.move": Act("owner", THREAD, other_space, SEES_THREAD, MOVES),
    "discussions.answer": Act(
        "owner", THREAD, fixed(number="2"), SEES_THREAD, of_thread(may_accept_answer)
    ),
    "discussions.take_answer_back": Act(
        "owner", THREAD, sees=SEES_THREAD, may=of_thread(may_accept_answer)
    ),
    "discussions.follow": Act("observer", THREAD, fixed(level="muted"), SEES_THREAD),
    "discussions.follow_all": Act("observer", PAGE, fixed(level="muted"), sees_space),
    "discussions.forget_space": Act("observer", PAGE, sees=sees_space),
    "discussions.forget_thread": Act("observer", THREAD, sees=SEES_THREAD),
    "discussions.block": Act("observer", SOMEBODY, sees=sees_person),
    "discussions.unblock": Act("observer", SOMEBODY, sees=sees_person),
    "discussions.reactions": Act("owner", POST, fixed(thanks="yes"), SEES_POST, on_post(may_react)),
    "discussions.poll": Act("owner", POST, fixed(choice="1"), SEES_POST, on_post(may_vote)),
    "discussions.edit_poll": Act(
        "member",
        POST,
        fixed(question="Where?", options="Here\nThere"),
        SEES_POST,
        on_post(may_edit_poll),
    ),
    "discussions.remove_poll": Act("member", POST, sees=SEES_POST, may=on_post(may_edit_poll)),
    "discussions.close_poll": Act("owner", POST, sees=SEES_POST, may=on_post(may_keep_poll)),
    "discussions.reopen_poll": Act("owner", POST, sees=SEES_POST, may=on_post(may_keep_poll)),
    "discussions.unread": Act("member", THREAD, fixed(number="1"), SEES_THREAD),
    "discussions.edit": Act(
        "member", POST, fixed(body="Anew.", edition="1"), SEES_POST, on_post(may_edit_post)
    ),
    "discussions.remove": Act(
        "member", POST, fixed(reason="unkind"), SEES_POST, on_post(may_remove_post)
    ),
    "discussions.restore": Act(
        "member", REMOVED_POST, sees=SEES_REMOVED_POST, may=on_post(may_restore_post)
    ),
    "discussions.keep_reply": Act(
        "member", THREAD, fixed(body="Yes", seen="1", revision="0"), SEES_THREAD, on_thread
    ),
    "discussions.keep_thread": Act(
        "member",
        PAGE,
        fixed(title="Who?", nonce=str(NEW), revision="0"),
        sees_space,
        in_space(may_start_thread),
    ),
    "discussions.keep_edit": Act(
        "member",
        POST,
        fixed(body="An", edition="1", revision="0"),
        SEES_POST,
        on_post(may_edit_post),
    ),
    "discussions.discard": Act(
        "owner",
        in_open(own_draft_id=lambda side: side.post_drafts["reply"]),
        sees=of("post_drafts", "own_draft_id"),
    ),
    "discussions.put_back": Act(
        "owner",
        in_open(own_draft_id=lambda side: side.post_drafts["discarded"]),
        sees=of("discarded_drafts", "own_draft_id"),
    ),
    "discussions.read": Act("member", THREAD, fixed(number=1), SEES_THREAD),
}
