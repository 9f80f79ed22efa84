"""Certificates through pages: one's own, those of a run, and the page anybody may ask."""

import io
import re

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.forms import send
from page_text import text_of
from pypdf import PdfReader

from community.certificates.models import Certificate
from community.certificates.operations import revoke_certificate
from community.certificates.rules import Reason, grouped
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.progress.models import Summary
from community.progress.rules.completion import Outcome

UNKNOWN = "/verify/00000-00000-00000-00000-000000"


@pytest.fixture
def revoked(app, honours):
    with app.app_context():
        revoke_certificate(
            acting(honours.organiser),
            honours.certificate,
            reason=Reason.CONDUCT,
            note="We talked about it on Monday.",
        )


def test_a_learner_finds_reads_and_loads_it(browse, honours):
    client = browse(honours.learner)
    listed = client.get("/certificates").text
    assert f'href="{honours.page}"' in listed
    shown = client.get(honours.page)
    assert shown.headers["Cache-Control"] == "no-store"
    for words in ("Zoë Álvarez", "Cohort 9", "Fatou Lead", grouped(honours.code), "Valid"):
        assert words in shown.text
    assert "Revoke" not in shown.text
    pdf = client.get(f"{honours.page}/pdf")
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    assert pdf.headers["Cache-Control"] == "no-store"
    assert pdf.headers["Content-Disposition"].startswith("attachment")
    text = PdfReader(io.BytesIO(pdf.data)).pages[0].extract_text()
    assert "Zoë Álvarez" in text
    assert grouped(honours.code) in text


def test_who_has_none_reads_how_one_gets_one(browse, honours):
    assert "You have no certificate yet" in browse(honours.other).get("/certificates").text


def test_a_learner_changes_the_name_on_it(browse, honours):
    client = browse(honours.learner)
    refused = send(client, honours.page, f"{honours.page}/name", name="12")
    assert refused.status_code == 422
    assert 'value="12"' in refused.text
    assert send(client, honours.page, f"{honours.page}/name", name="Zoë <b> Á.").status_code == 303
    assert "Zoë &lt;b&gt; Á." in client.get(honours.page).text
    assert "Zoë &lt;b&gt; Á." in browse(None).get(honours.verify).text
    text = PdfReader(io.BytesIO(client.get(f"{honours.page}/pdf").data)).pages[0].extract_text()
    assert "Zoë <b> Á." in text
    assert "Edition 2" in text


def test_the_name_to_come_is_kept_and_refused_by_form(browse, honours):
    client = browse(honours.other)
    assert send(client, "/certificates", "/certificates/name", name="Benedict").status_code == 303
    assert 'value="Benedict"' in client.get("/certificates").text
    assert send(client, "/certificates", "/certificates/name", name="?").status_code == 422
    assert send(client, "/certificates", "/certificates/name", name="").status_code == 303
    assert 'value="Ben Other"' in client.get("/certificates").text


def test_organisers_list_revoke_and_issue_again(app, browse, honours):
    client = browse(honours.organiser)
    listing = f"/spaces/{honours.world.slug}/certificates"
    assert f'href="{honours.page}"' in client.get(listing).text
    page = honours.page
    refused = send(client, page, f"{page}/revoke", reason="verdict_withdrawn", note="")
    assert refused.status_code == 422
    assert "Choose one of these reasons." in refused.text
    done = send(client, page, f"{page}/revoke", reason="mistake", note="The other <Zoë>.")
    assert done.status_code == 303
    shown = client.get(page).text
    assert "The other &lt;Zoë&gt;." in shown
    assert "Olga Organiser revoked it." in shown
    assert f'href="{page}"' in client.get(f"{listing}?state=revoked").text
    assert f'href="{page}"' not in client.get(f"{listing}?state=valid").text
    assert send(client, page, f"{page}/reissue").status_code == 303
    with app.app_context():
        assert db.session.get_one(Certificate, honours.certificate).edition == 2
    assert "Issue it again" not in client.get(page).text


def test_a_revoked_one_says_why_and_gives_no_pdf(browse, honours, revoked):
    client = browse(honours.learner)
    page = client.get(honours.page)
    shown = text_of(page)
    assert "The rules of the course were not kept." in shown
    assert "We talked about it on Monday." in shown
    assert "Olga Organiser" not in shown
    assert f"{honours.page}/pdf" not in page.text
    refused = client.get(f"{honours.page}/pdf")
    assert refused.status_code == 409
    assert b"%PDF" not in refused.data


def test_others_find_none_of_its_pages(browse, honours):
    for who in (honours.other, honours.facilitator, honours.outsider):
        client = browse(who)
        for page in (honours.page, f"{honours.page}/pdf"):
            assert client.get(page).status_code == 404
    listing = f"/spaces/{honours.world.slug}/certificates"
    assert browse(honours.facilitator).get(listing).status_code == 403
    assert browse(honours.outsider).get(listing).status_code == 404


def test_where_one_learns_one_is_led_to_it(app, browse, honours):
    home = f"/spaces/{honours.world.slug}"
    client = browse(honours.learner)
    with app.app_context(), unit_of_work(acting(None)):
        summary = sa.select(Summary).where(Summary.enrolment_id == honours.enrolment)
        db.session.scalars(summary).one().outcome = Outcome.COMPLETED
    assert f'href="{home}/certificate"' in client.get(f"{home}/learn").text
    assert f'href="{home}/certificate"' in client.get(f"{home}/my-progress").text
    led = client.get(f"{home}/certificate")
    assert (led.status_code, led.headers["Location"]) == (303, honours.page)
    other = browse(honours.other)
    assert f"{home}/certificate" not in other.get(f"{home}/learn").text
    assert other.get(f"{home}/certificate").status_code == 404


def test_organisers_are_led_to_the_list_from_the_people(browse, honours):
    people, listing = (
        f"/spaces/{honours.world.slug}/people",
        f"/spaces/{honours.world.slug}/certificates",
    )
    assert f'href="{listing}"' in browse(honours.organiser).get(people).text
    assert f'href="{listing}"' not in browse(honours.learner).get(people).text


# ------------------------------------------------------------------ anybody


def test_anybody_with_the_code_reads_what_it_says_and_no_more(browse, honours):
    answer = browse(None).get(honours.verify)
    said = text_of(answer)
    for words in ("This certificate is valid", "Zoë Álvarez", "Cohort 9", "The network"):
        assert words in said
    for words in ("@", "Fatou Lead", "Olga Organiser", str(honours.learner)):
        assert words not in said
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.text


def test_a_revoked_one_says_so_with_the_kind_of_reason_only(browse, honours, revoked):
    said = text_of(browse(None).get(honours.verify))
    assert "This certificate was revoked" in said
    assert "The rules of the course were not kept." in said
    assert "Monday" not in said


@pytest.mark.parametrize("code", ["", "x", "U" * 26, "a" * 500, "00000-00000"])
def test_a_code_that_is_none_is_answered_like_one_that_nobody_has(browse, honours, code):
    client = browse(None)
    unknown = client.get(UNKNOWN)
    assert unknown.status_code == 404
    assert "No such certificate" in unknown.text
    answer = client.get(f"/verify/{code}") if code else client.get("/verify?code=zzz")
    assert answer.status_code == 404
    hidden = re.compile(r'id="f-code"[^>]*value="[^"]*"|value="[^"]*"')
    assert hidden.sub("", answer.text) == hidden.sub("", unknown.text)
    assert answer.headers["Cache-Control"] == unknown.headers["Cache-Control"]


def test_each_code_costs_one_statement_whether_it_is_known_or_not(browse, honours, count_queries):
    client = browse(None)
    spent = []
    for page in (honours.verify, UNKNOWN, "/verify/nothing"):
        client.get(page)
        count_queries.clear()
        client.get(page)
        spent.append(len(count_queries))
    assert spent == [1, 1, 1]


def test_a_code_is_typed_into_a_form_that_needs_no_script(browse, honours):
    client = browse(None)
    assert "Check a certificate" in client.get("/verify").text
    typed = honours.code.lower()
    answer = client.get("/verify", query_string={"code": f" {typed} "})
    assert answer.status_code == 303
    assert answer.headers["Location"] == honours.verify
    assert client.get("/verify", query_string={"code": "no code"}).status_code == 404


def test_whoever_tries_codes_is_held_up(strict, honours):
    client = strict.test_client()
    answers = [client.get(UNKNOWN).status_code for _again in range(61)]
    assert answers[-1] == 429
    assert set(answers[:60]) == {404}


def test_pages_cost_few_statements(browse, honours, count_queries):
    learner, organiser = browse(honours.learner), browse(honours.organiser)
    for client, page in (
        (learner, "/certificates"),
        (learner, honours.page),
        (learner, f"{honours.page}/pdf"),
        (organiser, honours.page),
        (organiser, f"/spaces/{honours.world.slug}/certificates"),
    ):
        assert client.get(page).status_code == 200
        count_queries.clear()
        client.get(page)
        assert len(count_queries) <= 10, page
