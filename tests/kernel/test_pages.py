"""What every page says of itself."""

import pytest
from conftest import make_settings

from community.app import create_app


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
