"""What people see who are not signed in."""

import dataclasses

import pytest
from factories.accounts import make_user

from community.app import create_app


def test_the_landing_page_says_where_one_is_and_how_one_joins(app, browse):
    page = browse().get("/").get_data(as_text=True)
    assert "Long Table" in page
    assert 'href="/sign-in"' in page
    assert "By invitation" in page


def test_the_landing_page_names_no_member_and_no_space(cast, browse):
    page = browse().get("/").get_data(as_text=True)
    for name in ("Amina", "Ines", "Olga", "Cohort 9", "The network"):
        assert name not in page


def test_somebody_signed_in_is_led_from_the_door_to_their_week(app, browse):
    found = browse(make_user(app)).get("/")
    assert found.status_code == 302
    assert found.headers["Location"] == "/home"


@pytest.mark.parametrize("path", ["/home", "/spaces/any", "/spaces/any/manage"])
def test_somebody_not_signed_in_is_asked_to_sign_in_and_led_back(app, browse, path):
    found = browse().get(path)
    assert found.status_code == 302
    assert found.headers["Location"].startswith("/sign-in?next=")
    assert path.rsplit("/", 1)[1] in found.headers["Location"]


def test_the_style_guide_is_there_for_those_who_build_pages(app, browse):
    found = browse().get("/styleguide")
    assert found.status_code == 200
    assert "One of everything" in found.get_data(as_text=True)


def test_an_installation_in_use_has_no_style_guide(app, settings):
    production = create_app(dataclasses.replace(settings, mode="production"))
    assert production.test_client().get("/styleguide").status_code == 404
    assert production.test_client().get("/").status_code == 200


def test_whoever_is_shown_a_certificate_finds_where_it_is_checked(app, browse):
    assert 'href="/verify"' in browse().get("/").text
