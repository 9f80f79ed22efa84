"""Nothing unknown gets in, and text is sound text."""

import pytest
from marshmallow import fields

from community.kernel.errors import Invalid
from community.kernel.schemas import ClientId, In, Text, Whole, between, load


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


class SizesIn(In):
    weeks = Whole(required=True, validate=between(1, 52))
    name = Text(longest=5, shortest=2, required=True)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"weeks": 0}, "weeks", "Give a number from 1 to 52."),
        ({"weeks": "many"}, "weeks", "Give a whole number."),
        ({"name": "  "}, "name", "Write something here."),
        ({"name": "x"}, "name", "This is too short: it takes at least 2 characters."),
        ({"name": "longer"}, "name", "This is too long: 6 characters, and 5 fit."),
    ],
)
def test_a_refusal_says_what_to_do(inside, given, field, words):
    with pytest.raises(Invalid) as refused:
        load(SizesIn(), {"weeks": 3, "name": "Ada", **given})
    assert refused.value.fields == {field: [words]}
