"""What every page says of itself."""

import pytest
from conftest import make_settings
from flask_babel import force_locale

from community.app import create_app
from community.kernel.frame import Frame, Group, NavItem


@pytest.mark.parametrize(("language", "way"), [("en", "ltr"), ("ar", "rtl"), ("pt_BR", "ltr")])
def test_a_page_names_its_language_and_the_way_it_is_written(tmp_path, language, way):
    made = create_app(make_settings(tmp_path, default_language=language))
    page = made.test_client().get("/sign-in").text
    assert f'<html lang="{language.replace("_", "-")}" dir="{way}"' in page


def test_a_form_of_another_kind_is_told_in_its_own_words(browse):
    sent = {"data": b"{}", "content_type": "application/json"}
    answer = browse(None).post("/sign-in", **sent)
    assert answer.status_code == 415
    assert "not of a kind this page can read" in answer.text


def test_entries_of_ones_own_pages_are_made_where_these_are_shown():
    frame, asked = Frame("Community"), []

    def entries() -> list[NavItem]:
        asked.append(1)
        return [NavItem("Profile", "/me", "me", group=Group.MINE)]

    frame.own_pages(entries)
    frame.open_at("/me/picture")
    assert not asked
    [profile] = frame.account_tabs
    assert asked
    assert profile.current  # the page is below it


def test_a_kept_text_escapes_what_is_put_into_it(app):
    with app.test_request_context(), force_locale("en"):
        hostile = app.jinja_env.from_string(
            "{{ _('answers %(name)s, post %(number)d', name='<b>', number=2) }}"
        )
        assert hostile.render() == hostile.render() == "answers &lt;b&gt;, post 2"
