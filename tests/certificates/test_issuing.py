"""Issuing a certificate, naming it, revoking it, and taking that back."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.certificates import lose, reach
from factories.progress import settle

from community.accounts.operations import delete_account
from community.certificates.models import (
    Certificate,
    CertificateFormerName,
    CertificateLead,
    CertificateName,
)
from community.certificates.operations import (
    issue_certificate,
    name_certificate,
    reissue_certificate,
    revoke_certificate,
    want_name,
)
from community.certificates.queries import (
    behind,
    certificate,
    certificates_of,
    my_certificates,
    personal,
)
from community.certificates.rules import Reason
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.kernel.outbox import OutboxRow
from community.progress.models import CompletionPolicy
from community.progress.rules.completion import Outcome
from community.spaces.models import Space
from community.spaces.operations import remove_member

pytestmark = pytest.mark.usefixtures("inside")

WHY = {"reason": Reason.MISTAKE, "note": "It was the other Zoë."}


def logged():
    names = sa.select(EventRow.name).where(EventRow.name.startswith("certificates."))
    return [name.partition(".")[2] for name in db.session.scalars(names.order_by(EventRow.id))]


def owed():
    rows = db.session.scalars(
        sa.select(OutboxRow).where(OutboxRow.job.startswith("certificates.")).order_by(OutboxRow.id)
    )
    return [(row.job.partition(".")[2], row.payload["edition"]) for row in rows]


def test_who_settles_the_last_of_a_course_has_one_with_the_same_act(inside, honours):
    world, ctx = honours.world, acting(honours.other)
    settle(inside, world, honours.other, range(len(world.activities) - 1))
    assert my_certificates(ctx) == []
    settle(inside, world, honours.other, [len(world.activities) - 1])
    [made] = my_certificates(ctx)
    assert (made.name, made.policy, made.valid) == ("Ben Other", 1, True)


def test_who_participated_has_none(inside, honours):
    reach(inside, honours.others, Outcome.PARTICIPATED)
    lose(inside, honours.enrolment, Outcome.COMPLETED)
    reach(inside, honours.enrolment, Outcome.PARTICIPATED)
    assert my_certificates(acting(honours.other)) == []
    assert not behind(honours.code).valid


def test_it_keeps_what_was_so_when_it_was_issued(honours):
    found = certificate(acting(honours.learner), honours.certificate)
    assert (found.name, found.run, found.network) == ("Zoë Álvarez", "Cohort 9", "The network")
    assert found.leads == ("Fatou Lead",)
    assert (found.policy, found.edition, found.valid) == (1, 1, True)
    assert found.ends_on - found.starts_on == dt.timedelta(weeks=10, days=-1)
    assert found.minutes > 0
    with unit_of_work(acting(None)):
        db.session.get_one(Space, honours.world.space).name = "Another name"
    again = certificate(acting(honours.learner), honours.certificate)
    assert again.run == "Cohort 9"
    assert logged() == ["certificate_issued"]
    assert owed() == [("mail_issued", 1)]


def test_a_second_verdict_changes_nothing(honours):
    before = certificate(acting(honours.learner), honours.certificate)
    issue_certificate(acting(None), honours.enrolment, policy=2)
    assert certificate(acting(honours.learner), honours.certificate) == before
    assert logged() == ["certificate_issued"]


def test_the_one_who_holds_it_names_it_before_and_after(honours):
    want_name(acting(honours.other), name="Benedict O. Other")
    issue_certificate(acting(None), honours.others, policy=1)
    [made] = [
        row
        for row in certificates_of(acting(honours.organiser), honours.world.run).items
        if row.user_id == honours.other
    ]
    assert (made.name, made.account_name) == ("Benedict O. Other", "Ben Other")
    ctx = acting(honours.other)
    name_certificate(ctx, made.id, name="B. Other")
    name_certificate(ctx, made.id, name="B. Other")
    found = certificate(ctx, made.id)
    assert (found.name, found.edition, found.edition_at) == ("B. Other", 2, ctx.now)
    assert found.issued_at < found.edition_at


def test_the_names_it_had_before_are_kept_for_organisers(browse, honours):
    ctx = acting(honours.learner)
    for name in ("Zoë A.", "Barack Obama", "Zoë A.", "Zoë B."):
        name_certificate(ctx, honours.certificate, name=name)
    [line] = certificates_of(acting(honours.organiser), honours.world.run).items
    assert (line.name, line.edition) == ("Zoë B.", 5)
    assert line.former == ["Zoë A.", "Barack Obama", "Zoë Álvarez"]
    listed = browse(honours.organiser).get(f"/spaces/{honours.world.slug}/certificates").text
    assert "before: Zoë A., Barack Obama, Zoë Álvarez" in listed
    over_json = browse(honours.organiser).get(f"/api/v1/runs/{honours.world.run}/certificates").json
    assert over_json["items"][0]["former"] == line.former
    assert "Barack Obama" not in browse(None).get(honours.verify).text
    assert personal(ctx)["certificates"][0]["former_names"] == line.former


def test_a_wish_is_changed_and_taken_back(honours):
    ctx = acting(honours.other)
    want_name(ctx, name="Benedict")
    want_name(ctx, name="Benedicta")
    assert db.session.scalars(sa.select(CertificateName.name)).all() == ["Benedicta"]
    want_name(ctx, name="")
    assert db.session.scalars(sa.select(CertificateName.name)).all() == []


@pytest.mark.parametrize("name", ["123", "...", "   "])
def test_what_is_no_name_is_refused(honours, name):
    with pytest.raises(Invalid) as refused:
        name_certificate(acting(honours.learner), honours.certificate, name=name)
    assert list(refused.value.fields) == ["name"]


def test_nobody_else_names_it(honours):
    with pytest.raises(Forbidden):
        name_certificate(acting(honours.organiser), honours.certificate, name="Mine")
    for who in (honours.facilitator, honours.other, honours.outsider, None):
        with pytest.raises(NotFound):
            name_certificate(acting(who), honours.certificate, name="Mine")


def test_what_is_revoked_holds_for_nobody_at_once(honours):
    ctx = acting(honours.organiser)
    assert behind(honours.code).valid
    revoke_certificate(ctx, honours.certificate, **WHY)
    found = behind(honours.code)
    assert (found.valid, found.reason, found.revoked_at) == (False, Reason.MISTAKE, ctx.now)
    mine = certificate(acting(honours.learner), honours.certificate)
    assert (mine.note, mine.revoker) == ("It was the other Zoë.", "Olga Organiser")
    with pytest.raises(Conflict):
        name_certificate(acting(honours.learner), honours.certificate, name="Zed")
    assert logged() == ["certificate_issued", "certificate_revoked"]
    assert owed() == [("mail_issued", 1), ("mail_revoked", 1)]


def test_revoking_again_changes_nothing_and_otherwise_is_refused(honours):
    for _again in range(2):
        revoke_certificate(acting(honours.organiser), honours.certificate, **WHY)
    with pytest.raises(Conflict):
        revoke_certificate(
            acting(honours.organiser), honours.certificate, reason=Reason.OTHER, note="Else"
        )
    assert logged() == ["certificate_issued", "certificate_revoked"]


def test_only_who_organises_the_run_revokes_and_reissues(honours):
    for act in (
        lambda ctx: revoke_certificate(ctx, honours.certificate, **WHY),
        lambda ctx: reissue_certificate(ctx, honours.certificate),
    ):
        with pytest.raises(Forbidden):
            act(acting(honours.learner))
        for who in (honours.facilitator, honours.other, honours.outsider, None):
            with pytest.raises(NotFound):
                act(acting(who))
        act(acting(honours.organiser))


def test_what_was_revoked_is_issued_again_under_its_code(honours):
    ctx = acting(honours.organiser)
    revoke_certificate(ctx, honours.certificate, **WHY)
    reissue_certificate(acting(honours.organiser), honours.certificate)
    reissue_certificate(acting(honours.organiser), honours.certificate)
    found = behind(honours.code)
    assert (found.valid, found.edition, found.note, found.reason) == (True, 2, "", None)
    assert logged()[-1] == "certificate_reissued"
    assert owed() == [("mail_issued", 1), ("mail_revoked", 1), ("mail_issued", 2)]


def test_with_its_verdict_a_certificate_goes_and_comes_again(inside, honours):
    with unit_of_work(acting(None)):
        db.session.scalars(sa.select(CompletionPolicy)).one().note = "Rules were changed."
    for _again in range(2):
        lose(inside, honours.enrolment)
    found = behind(honours.code)
    assert (found.valid, found.reason, found.note) == (
        False,
        Reason.VERDICT,
        "Rules were changed.",
    )
    with pytest.raises(Conflict):
        reissue_certificate(acting(honours.organiser), honours.certificate)
    reach(inside, honours.enrolment)
    again = behind(honours.code)
    assert (again.valid, again.edition, again.policy) == (True, 2, 1)
    assert logged() == ["certificate_issued", "certificate_revoked", "certificate_reissued"]


def test_a_verdict_undoes_no_organisers_word(inside, honours):
    revoke_certificate(acting(honours.organiser), honours.certificate, **WHY)
    lose(inside, honours.enrolment)
    with pytest.raises(Conflict):
        reissue_certificate(acting(honours.organiser), honours.certificate)
    reach(inside, honours.enrolment)
    assert not behind(honours.code).valid
    assert behind(honours.code).reason is Reason.MISTAKE


def test_who_has_left_the_run_keeps_it(honours):
    remove_member(acting(honours.organiser), honours.world.space, honours.learner)
    assert certificate(acting(honours.learner), honours.certificate).valid
    name_certificate(acting(honours.learner), honours.certificate, name="Zoë A.")


def test_with_the_account_its_certificates_are_gone(honours):
    want_name(acting(honours.learner), name="Zed")
    name_certificate(acting(honours.learner), honours.certificate, name="Zed A.")
    delete_account(acting(honours.learner))
    assert behind(honours.code) is None
    for model in (Certificate, CertificateFormerName, CertificateLead, CertificateName):
        assert db.session.scalars(sa.select(model)).all() == []
    issue_certificate(acting(None), honours.enrolment, policy=1)
    assert behind(honours.code) is None


def test_who_led_and_deletes_their_account_is_named_no_more(honours):
    before = certificate(acting(honours.learner), honours.certificate)
    delete_account(acting(honours.facilitator))
    after = certificate(acting(honours.learner), honours.certificate)
    assert after == dataclasses.replace(before, leads=())
