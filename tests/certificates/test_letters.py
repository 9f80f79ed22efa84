"""The letters about certificates."""

import pytest
from conftest import acting
from letters import text_of

from community.accounts.operations import delete_account
from community.certificates.operations import reissue_certificate, revoke_certificate
from community.certificates.rules import Reason
from community.kernel.jobs import run_everything

WHY = {"reason": Reason.MISTAKE, "note": "It was the other Zoë."}


@pytest.fixture
def arrived(app, postbox, honours):
    """Let the letters of before arrive, and return what brings the next ones."""

    def bring():
        postbox.letters.clear()
        run_everything(app)
        return list(postbox.letters)

    return bring


def test_who_has_one_is_told_where_it_is(arrived, honours):
    [letter] = [each for each in arrived() if "certificate" in each["Subject"]]
    assert letter["Subject"] == "Your certificate: Sharing data"
    text = text_of(letter)
    assert honours.page in text
    assert "Cohort 9" in text


def test_who_loses_and_regains_it_is_told_why(app, arrived, honours):
    arrived()
    with app.app_context():
        revoke_certificate(acting(honours.organiser), honours.certificate, **WHY)
    [letter] = arrived()
    text = text_of(letter)
    assert "It was issued by mistake." in text
    assert "It was the other Zoë." in text
    with app.app_context():
        reissue_certificate(acting(honours.organiser), honours.certificate)
    [letter] = arrived()
    assert letter["Subject"] == "Your certificate is valid again: Sharing data"


def test_what_was_taken_back_before_a_letter_left_is_not_told(app, arrived, honours):
    arrived()
    with app.app_context():
        revoke_certificate(acting(honours.organiser), honours.certificate, **WHY)
        reissue_certificate(acting(honours.organiser), honours.certificate)
    assert [letter["Subject"] for letter in arrived()] == [
        "Your certificate is valid again: Sharing data"
    ]


def test_who_is_gone_gets_no_letter(app, arrived, honours):
    with app.app_context():
        delete_account(acting(honours.learner))
    assert not [each for each in arrived() if "certificate" in each["Subject"]]
