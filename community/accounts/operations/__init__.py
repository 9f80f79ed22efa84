"""What one can do with accounts: have one, sign in and out, hold tokens, say who one is.

Passwords arrive here already hashed or verified: hashing takes long, and a unit of work must not
wait for it (``rules.hash_password`` in ``kernel.threads.in_thread``, called by the doors).
"""

from community.accounts.operations.addresses import (
    ask_change,
    ask_verification,
    confirm_address,
    undo_change,
)
from community.accounts.operations.administering import (
    appoint_administrator,
    dismiss_administrator,
    switch_off_account,
    switch_on_account,
)
from community.accounts.operations.allowances import use_allowance
from community.accounts.operations.choosing import hash_of_new
from community.accounts.operations.code_app import (
    begin_code_app,
    confirm_code_app,
    remove_code_app,
)
from community.accounts.operations.codes import Verdict
from community.accounts.operations.gate import (
    begin_sign_in,
    finish_by_code,
    finish_by_passkey,
    prove_by_code,
    prove_by_passkey,
    sign_in_by_passkey,
)
from community.accounts.operations.leaving import delete_account, hinders
from community.accounts.operations.passkeys import (
    add_passkey,
    ask_passkey,
    remove_passkey,
    rename_passkey,
    take_challenge,
)
from community.accounts.operations.passwords import (
    ask_reset,
    change_password,
    make_reset_link,
    reset_password,
)
from community.accounts.operations.people import register_user
from community.accounts.operations.profiles import change_profile, remove_picture, set_picture
from community.accounts.operations.recovery import (
    make_recovery_codes,
    strengthen,
    take_factors_away,
)
from community.accounts.operations.registering import (
    ask_registration,
    finish_registration,
    refuse_newcomers,
)
from community.accounts.operations.sign_ins import (
    end_sign_in,
    end_sign_ins,
    note_seen,
    prove_again,
)
from community.accounts.operations.site import change_site
from community.accounts.operations.tokens import create_token, issue_token, note_used, revoke_token

__all__ = [
    "Verdict",
    "add_passkey",
    "appoint_administrator",
    "ask_change",
    "ask_passkey",
    "ask_registration",
    "ask_reset",
    "ask_verification",
    "begin_code_app",
    "begin_sign_in",
    "change_password",
    "change_profile",
    "change_site",
    "confirm_address",
    "confirm_code_app",
    "create_token",
    "delete_account",
    "dismiss_administrator",
    "end_sign_in",
    "end_sign_ins",
    "finish_by_code",
    "finish_by_passkey",
    "finish_registration",
    "hash_of_new",
    "hinders",
    "issue_token",
    "make_recovery_codes",
    "make_reset_link",
    "note_seen",
    "note_used",
    "prove_again",
    "prove_by_code",
    "prove_by_passkey",
    "refuse_newcomers",
    "register_user",
    "remove_code_app",
    "remove_passkey",
    "remove_picture",
    "rename_passkey",
    "reset_password",
    "revoke_token",
    "set_picture",
    "sign_in_by_passkey",
    "strengthen",
    "switch_off_account",
    "switch_on_account",
    "take_challenge",
    "take_factors_away",
    "undo_change",
    "use_allowance",
]
