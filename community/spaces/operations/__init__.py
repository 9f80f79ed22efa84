"""What one can do with spaces: make them, belong to them, invite into them."""

from community.spaces.operations.invitations import (
    accept_invitation,
    create_invitation,
    register_and_join,
    revoke_invitation,
)
from community.spaces.operations.members import add_member, change_role, remove_member
from community.spaces.operations.spaces import create_space, found_network

__all__ = [
    "accept_invitation",
    "add_member",
    "change_role",
    "create_invitation",
    "create_space",
    "found_network",
    "register_and_join",
    "remove_member",
    "revoke_invitation",
]
