"""What one does in a space: inviting, joining, roles, threads."""

from collections.abc import Mapping

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
    of,
    of_thread,
    on_post,
    sees_space,
)

from community.discussions.policy import (
    may_accept_answer,
    may_edit_post,
    may_keep_thread,
    may_remove_post,
    may_rename_thread,
    may_restore_post,
    may_start_thread,
)
from community.spaces.policy import may_change_role, may_invite, may_remove_member

ACTS: Mapping[str, Act] = {
    # ---------- over JSON
    "spaces_api.change": Act("owner", MEMBER, ROLE, sees_space, on_membership(may_change_role)),
    "spaces_api.remove": Act(
        "owner", MEMBER, sees=sees_space, may=on_membership(may_remove_member)
    ),
    "spaces_api.invite": Act("owner", SPACE, INVITED, sees_space, in_space(may_invite)),
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
    "discussions_api.take_answer_back": Act(
        "owner", THREAD, sees=SEES_THREAD, may=of_thread(may_accept_answer)
    ),
    "discussions_api.accept": Act("owner", POST, sees=SEES_POST, may=accepts_post),
    "discussions_api.unread": Act("member", THREAD, fixed(number=1), SEES_THREAD),
    "discussions_api.edit": Act(
        "member", POST, fixed(body="Anew.", edition=1), SEES_POST, on_post(may_edit_post)
    ),
    "discussions_api.remove": Act("member", POST, sees=SEES_POST, may=on_post(may_remove_post)),
    "discussions_api.restore": Act(
        "member", REMOVED_POST, sees=SEES_REMOVED_POST, may=on_post(may_restore_post)
    ),
    "discussions_api.read": Act("member", THREAD, fixed(number=1), SEES_THREAD),
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
    "discussions.answer": Act(
        "owner", THREAD, fixed(number="2"), SEES_THREAD, of_thread(may_accept_answer)
    ),
    "discussions.take_answer_back": Act(
        "owner", THREAD, sees=SEES_THREAD, may=of_thread(may_accept_answer)
    ),
    "discussions.unread": Act("member", THREAD, fixed(number="1"), SEES_THREAD),
    "discussions.edit": Act(
        "member", POST, fixed(body="Anew.", edition="1"), SEES_POST, on_post(may_edit_post)
    ),
    "discussions.remove": Act("member", POST, sees=SEES_POST, may=on_post(may_remove_post)),
    "discussions.restore": Act(
        "member", REMOVED_POST, sees=SEES_REMOVED_POST, may=on_post(may_restore_post)
    ),
    "discussions.read": Act("member", THREAD, fixed(number=1), SEES_THREAD),
}
