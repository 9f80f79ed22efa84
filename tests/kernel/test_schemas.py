"""Nothing unknown gets in, and text is sound text."""

import pytest
from marshmallow import fields

from community.kernel.errors import Invalid
from community.kernel.schemas import ClientId, In, Text, load


class NoteIn(In):
    title = Text(longest=10, required=True)
    body = Text(longest=50, multiline=True, required=True)
    client_id = ClientId()
    tags = fields.List(fields.String())


SCHEMA = NoteIn()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "x" * 11}, "title"),
        ({"title": "x" * 1_000_000}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"title": "\ud800"}, "title"),
        ({"title": "null\x00"}, "title"),
        ({"title": 7}, "title"),
        ({"title": None}, "title"),
        ({"body": ["list"]}, "body"),
        ({"client_id": "short"}, "client_id"),
        ({"client_id": "semi;colon;x"}, "client_id"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_bad_input_is_refused_by_the_name_of_its_field(inside, change, field):
    good = {"title": "Hello", "body": "World"}
    assert load(SCHEMA, good) == good
    with pytest.raises(Invalid) as refused:
        load(SCHEMA, {**good, **change})
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("data", [None, [], "text", 5, [{"title": "x"}]])
def test_what_is_no_object_is_refused(inside, data):
    with pytest.raises(Invalid) as refused:
        load(SCHEMA, data)
    assert "_schema" in refused.value.fields


def test_text_is_normalised_trimmed_and_has_one_kind_of_line_break(inside):
    loaded = load(SCHEMA, {"title": " Ame\u0301lie ", "body": "one\r\ntwo\rthree\n"})
    assert loaded == {"title": "Am\u00e9lie", "body": "one\ntwo\nthree"}
