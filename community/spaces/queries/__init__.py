"""Spaces, who belongs to them, and invitations, as pages and other features read them."""

from community.spaces.queries.invitations import (
    Link,
    invitations_of,
    link_behind,
    open_invitations,
)
from community.spaces.queries.letters import (
    Due,
    Tally,
    belongs_already,
    due_letter,
    fates,
    letters_of,
    letters_sent_since,
    tally,
)
from community.spaces.queries.members import (
    has_other_owner,
    is_only_owner,
    members_by_rank,
    role_of,
)
from community.spaces.queries.people import face_in, member_of, named, person, shared_spaces
from community.spaces.queries.spaces import (
    facilitators,
    joining,
    joining_words,
    newest_spaces,
    rail,
    space_by_slug,
)

__all__ = [
    "Due",
    "Link",
    "Tally",
    "belongs_already",
    "due_letter",
    "face_in",
    "facilitators",
    "fates",
    "has_other_owner",
    "invitations_of",
    "is_only_owner",
    "joining",
    "joining_words",
    "letters_of",
    "letters_sent_since",
    "link_behind",
    "member_of",
    "members_by_rank",
    "named",
    "newest_spaces",
    "open_invitations",
    "person",
    "rail",
    "role_of",
    "shared_spaces",
    "space_by_slug",
    "tally",
]
