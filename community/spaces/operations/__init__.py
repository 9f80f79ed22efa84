"""What one can do with spaces: make them, belong to them, invite into them."""

from community.spaces.operations.archiving import archive_space, reopen_space
from community.spaces.operations.belonging import withdraw_everywhere
from community.spaces.operations.dissolving import dissolve_space
from community.spaces.operations.invitations import (
    accept_by_id,
    accept_invitation,
    create_invitation,
    register_and_join,
    revoke_invitation,
)
from community.spaces.operations.inviting import (
    JOB,
    decline_invitation,
    invite_by_list,
    note_sent,
    resend_invitation,
    resend_unanswered,
    secret_of,
)
from community.spaces.operations.measures import (
    hold_everywhere,
    hold_person,
    hold_spaces_of,
    places_of,
    settle_place,
)
from community.spaces.operations.members import add_member, change_role, remove_member
from community.spaces.operations.spaces import (
    create_space,
    found_network,
    rename_space,
    set_rescue_time,
)

__all__ = [
    "JOB",
    "accept_by_id",
    "accept_invitation",
    "add_member",
    "archive_space",
    "change_role",
    "create_invitation",
    "create_space",
    "decline_invitation",
    "dissolve_space",
    "found_network",
    "hold_everywhere",
    "hold_person",
    "hold_spaces_of",
    "invite_by_list",
    "note_sent",
    "places_of",
    "register_and_join",
    "remove_member",
    "rename_space",
    "reopen_space",
    "resend_invitation",
    "resend_unanswered",
    "revoke_invitation",
    "secret_of",
    "set_rescue_time",
    "settle_place",
    "withdraw_everywhere",
]
