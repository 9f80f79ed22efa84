"""Accounts, sign-ins and tokens."""

import dataclasses
import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import PASSWORD_HASH, make_sign_in, make_token, make_user

from community.accounts.models import ApiToken, SignIn, User
from community.accounts.operations import (
    begin_sign_in,
    change_profile,
    create_token,
    end_sign_in,
    register_user,
    revoke_token,
)
from community.accounts.policy import visible_sign_ins, visible_tokens, visible_users
from community.accounts.queries import DOORKEEPER, Doorkeeper, account, credentials, people
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound, Unauthenticated
from community.kernel.keys import new_key
from community.kernel.log import EventRow
from community.kernel.operation import operation
from community.kernel.revocation import Revocation

NEW = {
    "email": "Nia@Example.org",
    "name": "Nia New",
    "password_hash": PASSWORD_HASH,
    "zone": "Asia/Manila",
    "language": "en",
}
PAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def ana(inside):
    return make_user(inside, email="ana@example.org", password_hash=PASSWORD_HASH)


@pytest.fixture
def bo(inside):
    return make_user(inside, "Bo")


def names():
    return db.session.scalars(sa.select(EventRow.name).order_by(EventRow.id)).all()


def revocations():
    rows = db.session.scalars(sa.select(Revocation))
    return [(row.user_id, row.space_id, row.sign_in_id) for row in rows]


# ------------------------------------------------------------------ accounts


def test_an_account_is_made_with_the_id_of_its_context(inside):
    ctx = acting(new_key())
    user = register_user(ctx, **NEW)
    assert (user.id, user.email, user.admin) == (ctx.person, "nia@example.org", False)
    assert credentials("NIA@example.org ").user_id == ctx.person
    assert names() == ["accounts.user_registered"]


def test_an_address_has_one_account_in_whatever_case(inside):
    register_user(acting(new_key()), **NEW)
    with pytest.raises(Conflict):
        register_user(acting(new_key()), **{**NEW, "email": "nia@EXAMPLE.org"})
    with pytest.raises(Invalid):
        register_user(acting(new_key()), **{**NEW, "email": "nowhere"})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_one_changes_ones_name_and_zone(ana):
    user = change_profile(acting(ana), name="Ana Grün", zone="Asia/Tokyo")
    assert (user.name, user.zone, user.language) == ("Ana Grün", "Asia/Tokyo", "en")
    assert account(acting(ana)).name == "Ana Grün"
    assert names() == ["accounts.profile_changed"]


def test_nothing_new_is_no_event(ana):
    change_profile(acting(ana), name="Ana Lind")
    change_profile(acting(ana))
    assert names() == []


def test_a_changed_profile_makes_every_process_forget_but_closes_no_socket(inside, ana):
    sign_in_id = make_sign_in(inside, ana)
    change_profile(acting(ana), name="Ana Grün")
    [(user_id, space_id, named)] = revocations()
    assert (user_id, space_id) == (ana, None)
    assert named is not None  # None would mean every sign-in
    assert named != sign_in_id


@pytest.mark.parametrize("visible", [visible_users, visible_sign_ins, visible_tokens])
def test_what_is_anothers_or_nobodys_is_not_to_be_seen(inside, ana, bo, visible):
    make_sign_in(inside, ana)
    make_token(inside, ana)
    assert len(db.session.scalars(visible(acting(ana))).all()) == 1
    assert visible is visible_users or not db.session.scalars(visible(acting(bo))).all()
    assert db.session.scalars(visible(acting(None))).all() == []


def test_names_are_looked_up_in_one_statement(ana, bo, count_queries):
    count_queries.clear()
    found = people([ana, bo, ana, uuid.uuid4()])
    assert {key: person.name for key, person in found.items()} == {ana: "Ana Lind", bo: "Bo"}
    assert (found[ana].initials, len(count_queries)) == ("AL", 1)
    assert people([]) == {}


# ------------------------------------------------------------------ sign-ins


def test_a_sign_in_holds_for_thirty_days_and_ends_when_asked(inside, ana):
    ctx = acting(ana)
    sign_in = begin_sign_in(ctx)
    assert sign_in.expires_at - ctx.now == dt.timedelta(days=30)
    keeper = Doorkeeper()
    assert keeper.by_sign_in(sign_in.id).id == ana
    end_sign_in(acting(ana), sign_in.id)
    assert keeper.by_sign_in(sign_in.id) is None
    assert revocations() == [(ana, None, sign_in.id)]
    assert names() == ["accounts.sign_in_opened", "accounts.sign_in_ended"]
    with pytest.raises(NotFound):
        end_sign_in(acting(ana), sign_in.id)


def test_nobody_ends_anothers_sign_in(inside, ana, bo):
    sign_in_id = make_sign_in(inside, ana)
    with pytest.raises(NotFound):
        end_sign_in(acting(bo), sign_in_id)
    assert Doorkeeper().by_sign_in(sign_in_id) is not None
    assert revocations() == []


def test_who_was_deactivated_does_not_get_in(inside):
    gone = make_user(inside, email="gone@example.org", deactivated_at=PAST)
    assert credentials("gone@example.org") is None
    with pytest.raises(Unauthenticated):
        begin_sign_in(acting(gone))
    assert Doorkeeper().by_sign_in(make_sign_in(inside, gone)) is None
    assert Doorkeeper().by_bearer(make_token(inside, gone)[1]) is None


def test_a_stronger_hash_replaces_the_kept_one(inside, ana):
    begin_sign_in(acting(ana), stronger_hash="$argon2id$stronger")
    assert credentials("ana@example.org").password_hash == "$argon2id$stronger"


def test_secrets_do_not_show_when_printed(ana):
    assert "argon2" not in repr(credentials("ana@example.org"))


# ------------------------------------------------------------------ tokens


def test_a_token_acts_as_its_person_until_it_is_revoked(inside, ana):
    token, secret = create_token(acting(ana), label="Reports", days=7, scopes=["read"])
    keeper = Doorkeeper()
    who = keeper.by_bearer(secret)
    assert (who.id, who.sign_in_id) == (ana, token.id)
    assert secret not in str(vars(token))
    revoke_token(acting(ana), token.id)
    assert keeper.by_bearer(secret) is None
    assert revocations() == [(ana, None, token.id)]
    with pytest.raises(NotFound):
        revoke_token(acting(ana), token.id)


def test_nobody_revokes_anothers_token(inside, ana, bo):
    key, secret = make_token(inside, ana)
    with pytest.raises(NotFound):
        revoke_token(acting(bo), key)
    assert Doorkeeper().by_bearer(secret) is not None


@pytest.mark.parametrize("secret", ["", "x", "\ud800", "x" * 100_000])
def test_a_secret_nobody_made_opens_nothing(inside, secret):
    assert Doorkeeper().by_bearer(secret) is None


def test_an_expired_token_opens_nothing(inside, ana):
    _key, secret = make_token(inside, ana, expires_at=PAST)
    assert Doorkeeper().by_bearer(secret) is None


@pytest.mark.parametrize("days", [0, 366])
def test_a_token_has_a_limit_of_days(ana, days):
    with pytest.raises(Invalid) as error:
        create_token(acting(ana), label="Reports", days=days, scopes=["read"])
    assert list(error.value.fields) == ["days"]


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", "everything"]])
def test_a_token_has_scopes_we_know(ana, scopes):
    with pytest.raises(Invalid) as error:
        create_token(acting(ana), label="Reports", days=7, scopes=scopes)
    assert list(error.value.fields) == ["scopes"]


def test_a_person_holds_a_limited_number_of_tokens(inside, ana):
    for _number in range(50):
        make_token(inside, ana)
    with pytest.raises(Conflict):
        create_token(acting(ana), label="One more", days=1, scopes=["read"])
    first = db.session.scalar(visible_tokens(acting(ana)).order_by(ApiToken.id).limit(1))
    revoke_token(acting(ana), first.id)
    create_token(acting(ana), label="One more", days=1, scopes=["read"])


# ------------------------------------------------------------------ what is remembered


@dataclasses.dataclass
class Row:
    user_id: uuid.UUID


def test_a_process_that_reads_revocations_remembers_until_one_comes(inside, ana, count_queries):
    sign_in_id = make_sign_in(inside, ana)
    keeper = Doorkeeper(trusted=True)
    count_queries.clear()
    for _time in range(3):
        assert keeper.by_sign_in(sign_in_id).id == ana
    assert len(count_queries) == 1
    end_sign_in(acting(ana), sign_in_id)
    keeper.revoked(Row(ana))
    assert keeper.by_sign_in(sign_in_id) is None


def test_a_revocation_of_somebody_else_is_not_a_reason_to_forget(inside, ana, bo, count_queries):
    sign_in_id = make_sign_in(inside, ana)
    keeper = Doorkeeper(trusted=True)
    keeper.by_sign_in(sign_in_id)
    keeper.revoked(Row(bo))
    count_queries.clear()
    assert keeper.by_sign_in(sign_in_id).id == ana
    assert count_queries == []


def test_a_process_that_does_not_read_them_remembers_nothing(inside, ana):
    sign_in_id = make_sign_in(inside, ana)
    keeper = Doorkeeper()
    assert keeper.by_sign_in(sign_in_id) is not None
    end_sign_in(acting(ana), sign_in_id)
    assert keeper.by_sign_in(sign_in_id) is None


def test_what_was_read_before_a_revocation_is_not_kept_after_it(inside, ana):
    sign_in_id = make_sign_in(inside, ana)
    keeper = Doorkeeper(trusted=True)

    def revoke_while_reading(*_args):
        keeper.revoked(Row(ana))

    sa.event.listen(sa.Engine, "after_cursor_execute", revoke_while_reading)
    try:
        assert keeper.by_sign_in(sign_in_id) is not None
    finally:
        sa.event.remove(sa.Engine, "after_cursor_execute", revoke_while_reading)
    end_sign_in(acting(ana), sign_in_id)
    assert keeper.by_sign_in(sign_in_id) is None


@operation
def _change_and_fail(ctx, name):
    change_profile(ctx, name=name)
    raise NotFound


def test_an_act_makes_the_process_that_does_it_forget_but_not_one_that_fails(
    app, ana, bo, count_queries
):
    mine, theirs = make_sign_in(app, ana), make_sign_in(app, bo)
    DOORKEEPER.trusted = True
    try:
        with app.app_context():
            for key in (mine, theirs):
                assert DOORKEEPER.by_sign_in(key) is not None
            with pytest.raises(NotFound):
                _change_and_fail(acting(ana), "Ana Ox")
            assert DOORKEEPER.by_sign_in(mine).name == "Ana Lind"
            change_profile(acting(ana), name="Ana Ox")
            assert DOORKEEPER.by_sign_in(mine).name == "Ana Ox"
            end_sign_in(acting(ana), mine)
            assert DOORKEEPER.by_sign_in(mine) is None
            count_queries.clear()
            assert DOORKEEPER.by_sign_in(theirs).name == "Bo"
            assert count_queries == []
    finally:
        DOORKEEPER.trusted = False
        DOORKEEPER.forget(bo)


def test_an_expired_sign_in_is_none(inside, ana):
    sign_in_id = make_sign_in(inside, ana)
    assert db.session.get_one(SignIn, sign_in_id).ended_at is None
    late = make_sign_in(inside, ana, expires_at=PAST)
    assert Doorkeeper().by_sign_in(late) is None
