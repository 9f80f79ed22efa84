"""Who somebody is: looked up by cookie, by token, by id."""

from community.accounts.queries.factors import (
    Factors,
    app_being_set_up,
    are_my_recovery_codes,
    factors_of,
    known_passkeys,
    my_passkeys,
    who_waits,
    whose_passkey,
)
from community.accounts.queries.links import (
    has_account,
    link_behind,
    owner_of,
    registration_behind,
)
from community.accounts.queries.people import (
    Addressee,
    Said,
    account,
    addressee,
    own_profile,
    people,
)
from community.accounts.queries.search import NAME_WORDS, called, is_called, within
from community.accounts.queries.sign_ins import (
    DOORKEEPER,
    LAST_HERE,
    SEEN_SINCE,
    Credentials,
    Doorkeeper,
    credentials,
    my_credentials,
    my_sign_ins,
    who_is_in,
)
from community.accounts.queries.site import registration_mode, site_row
from community.accounts.queries.tokens import my_tokens

__all__ = [
    "DOORKEEPER",
    "LAST_HERE",
    "NAME_WORDS",
    "SEEN_SINCE",
    "Addressee",
    "Credentials",
    "Doorkeeper",
    "Factors",
    "Said",
    "account",
    "addressee",
    "app_being_set_up",
    "are_my_recovery_codes",
    "called",
    "credentials",
    "factors_of",
    "has_account",
    "is_called",
    "known_passkeys",
    "link_behind",
    "my_credentials",
    "my_passkeys",
    "my_sign_ins",
    "my_tokens",
    "own_profile",
    "owner_of",
    "people",
    "registration_behind",
    "registration_mode",
    "site_row",
    "who_is_in",
    "who_waits",
    "whose_passkey",
    "within",
]
