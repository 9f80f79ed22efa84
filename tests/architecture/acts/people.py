"""What one does with one's account, one's letters, and what administrators do."""

from collections.abc import Mapping

from architecture.acts.parts import (
    NEWCOMER,
    PASSKEY,
    SEES_THREAD,
    THREAD,
    Act,
    fixed,
    in_open,
    letter,
)
from architecture.eyes import Eyes
from architecture.surfaces import holds_letter
from architecture.surfaces.seeing import of
from architecture.surfaces.surface import Args, is_admin
from factories.accounts import PASSWORD
from factories.letters import given_by
from factories.neighbours import Neighbours

MONDAY = "2026-03-02T09:00:00+00:00"
BROWSER = given_by("act")
ENTRY = in_open(key=lambda side: side.certificate)
DEVICE = in_open(device_id=lambda side: side.device)


def has_entry(eyes: Eyes, world: Neighbours, args: Args) -> bool:
    """Whether an entry stands in the inbox of this person."""
    owners = {side.certificate: side.people["member"] for side in (world.here, world.there)}
    return eyes.user_id == owners.get(args["key"])


ACTS: Mapping[str, Act] = {
    # ---------- over JSON
    "correspondence_api.choose_some": Act(
        "member",
        given=fixed(items=[{"topic": "reminder", "channel": "mail", "choice": "off"}]),
    ),
    "correspondence_api.reset": Act("member"),
    "correspondence_api.add": Act("member", given=fixed(**BROWSER)),
    "correspondence_api.remove": Act("member", DEVICE, sees=of("devices", "device_id")),
    "mailing_api.choose": Act("member", given=fixed(rhythm="daily", hour=8, weekday=0)),
    "mailing_api.try_again": Act("member"),
    "accounts_api.end_one": Act(
        "member", in_open(sign_in_id=lambda side: side.sign_in), sees=of("sign_ins", "sign_in_id")
    ),
    "accounts_api.end_others": Act("member"),
    "accounts_api.change_me": Act(
        "member",
        given=fixed(name="New Name", about="Soil.", visible={"about": "leads"}),
    ),
    "accounts_api.revoke": Act(
        "member", in_open(token_id=lambda side: side.token), sees=of("tokens", "token_id")
    ),
    "notifications_api.mark": Act("member", ENTRY, sees=has_entry),
    "notifications_api.unmark": Act("member", ENTRY, sees=has_entry),
    "notifications_api.mark_everything": Act("member", given=fixed(until=MONDAY)),
    "notifications_api.unmark_everything": Act("member", given=fixed(at=MONDAY)),
    # ---------- by form
    "notifications.mark": Act("member", ENTRY, sees=has_entry),
    "notifications.unmark": Act("member", ENTRY, sees=has_entry),
    "notifications.mark_everything": Act("member", given=fixed(until=MONDAY)),
    "notifications.unmark_everything": Act("member", given=fixed(at=MONDAY)),
    "notifications.follow": Act("member", THREAD, fixed(level="watching"), SEES_THREAD),
    "accounts.sign_in": Act(
        "anonymous", given=fixed(email="a@example.org", password="long enough"), open=True
    ),
    "accounts.second_factor": Act("anonymous", given=fixed(code="123456"), open=True),
    "accounts.ask_for_second": Act("anonymous", open=True),
    "accounts.second_by_passkey": Act("anonymous", given=fixed(answer="{}"), open=True),
    "accounts.ask_to_sign_in": Act("anonymous", open=True),
    "accounts.sign_in_with_passkey": Act("anonymous", given=fixed(answer="{}"), open=True),
    "accounts.ask_for_passkey": Act("member"),
    "accounts.add_passkey_here": Act("member", given=fixed(label="My phone", answer="{}")),
    "accounts.rename_passkey_here": Act(
        "member", PASSKEY, fixed(label="Old phone"), of("passkeys", "passkey_id")
    ),
    "accounts.remove_passkey_here": Act("member", PASSKEY, sees=of("passkeys", "passkey_id")),
    "accounts.begin_app": Act("member"),
    "accounts.set_up_app": Act("member", given=fixed(code="123456")),
    "accounts.remove_app": Act("owner"),
    "accounts.new_recovery_codes": Act("member"),
    "accounts.recovery_file": Act("member", given=fixed(codes="AAAA-BBBB-CCCC-DDDD")),
    "accounts.prove_with_code": Act("member", given=fixed(code="123456")),
    "accounts.ask_for_proof_by_passkey": Act("member"),
    "accounts.prove_with_passkey": Act("member", given=fixed(answer="{}")),
    "accounts.make_token": Act("member", given=fixed(label="Reports", scopes="read", days=7)),
    "transfers_api.open_feeds": Act("member"),
    "transfers_api.shut_feeds": Act("member"),
    "transfers.open_feeds": Act("member"),
    "transfers.shut_feeds": Act("member"),
    "accounts.sign_out": Act("member"),
    "correspondence.letters": Act("member", given=fixed(**{"mention-mail": "digest"})),
    "correspondence.add": Act("member", given=fixed(**BROWSER)),
    "correspondence.remove": Act("member", DEVICE, sees=of("devices", "device_id")),
    "mailing.times": Act("member", given=fixed(rhythm="daily", hour="8", weekday="0")),
    "mailing.try_again": Act("member"),
    "correspondence.by_link": Act(
        "anonymous", lambda side: {"token": side.stop_letters}, fixed(again="1"), open=True
    ),
    "accounts.end_one": Act(
        "member", in_open(sign_in_id=lambda side: side.sign_in), sees=of("sign_ins", "sign_in_id")
    ),
    "accounts.end_others": Act("member"),
    "accounts.register": Act("anonymous", given=NEWCOMER, open=True),
    "accounts.finish": Act(
        "anonymous", letter("registration"), fixed(password=PASSWORD), open=True
    ),
    "accounts.lost": Act("anonymous", given=fixed(email="a@example.org"), open=True),
    "accounts.reset": Act(
        "anonymous", letter("reset"), fixed(password="nine loud gulls"), open=True
    ),
    "accounts.undo": Act("anonymous", letter("undo"), open=True),
    "accounts.confirm": Act("owner", letter("change"), sees=holds_letter),
    "accounts.send_again": Act("member"),
    "accounts.change_address": Act("member", given=fixed(email="next@example.org")),
    "accounts.change_my_password": Act(
        "member", given=fixed(password=PASSWORD, new_password="nine loud gulls")
    ),
    "accounts.prove": Act("member", given=fixed(password="seven quiet herons", next="/me")),
    "home.mark_all": Act("member", given=fixed(until="2026-03-02T09:00:00+00:00")),
    "home.undo_all": Act("member", given=fixed(at="2026-03-02T09:00:00+00:00")),
    "accounts.me": Act(
        "member",
        given=fixed(name="New Name", zone="UTC", language="en", place="Oslo", place_for="leads"),
    ),
    "accounts.picture": Act("member", file="picture"),
    "accounts.remove": Act("member"),
    "administration.change_account": Act(
        "admin",
        lambda side: {"user_id": side.people["other"], "act": "appoint"},
        sees=is_admin,
    ),
    "administration.change_space": Act(
        "admin", lambda side: {"space_id": side.run.space, "act": "archive"}, sees=is_admin
    ),
    "administration.site": Act("admin", given=fixed(registration="closed"), sees=is_admin),
    "accounts.delete": Act("member", given=fixed(sure="1")),
    "accounts.revoke": Act(
        "member", in_open(token_id=lambda side: side.token), sees=of("tokens", "token_id")
    ),
}
