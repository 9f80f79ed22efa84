"""The door, and one's own page."""

from community.accounts.pages.addresses import change_address, confirm, send_again, undo
from community.accounts.pages.blueprint import pages
from community.accounts.pages.door import sign_in, sign_out
from community.accounts.pages.factors import factors
from community.accounts.pages.gate import come_in, second_factor
from community.accounts.pages.leaving import data, delete, download
from community.accounts.pages.limits import LETTERS, typed_address
from community.accounts.pages.passkeys import sign_in_with_passkey
from community.accounts.pages.passwords import change_my_password, lost, reset
from community.accounts.pages.picture import picture, remove
from community.accounts.pages.profile import contribute, me
from community.accounts.pages.proving import prove
from community.accounts.pages.proving_by_factor import prove_with_code
from community.accounts.pages.registering import ask_newcomer, finish, register
from community.accounts.pages.security import end_one, end_others, security
from community.accounts.pages.tokens import revoke, tokens

__all__ = [
    "LETTERS",
    "ask_newcomer",
    "change_address",
    "change_my_password",
    "come_in",
    "confirm",
    "contribute",
    "data",
    "delete",
    "download",
    "end_one",
    "end_others",
    "factors",
    "finish",
    "lost",
    "me",
    "pages",
    "picture",
    "prove",
    "prove_with_code",
    "register",
    "remove",
    "reset",
    "revoke",
    "second_factor",
    "security",
    "send_again",
    "sign_in",
    "sign_in_with_passkey",
    "sign_out",
    "tokens",
    "typed_address",
    "undo",
]
