"""A list of people to invite that comes as a file: what is read of it, and what is refused."""

import html
import re

import pytest
from factories.accounts import make_user
from factories.forms import send, send_file
from factories.spaces import join, make_space

from community.kernel.jobs import run_everything
from community.spaces.models import Role
from community.spaces.rules import LIST_LONGEST, read_list, write_list

INVITE = "/spaces/cohort-9/invite"
TABLE = "email;name;phone;role\nzoe@example.org;Zoë Müller;+49 30 1;observer\nnobody;;;\n"
ZIP = b"PK\x03\x04" + b"\x00" * 500


@pytest.fixture
def owner(app):
    space = make_space(app, "Cohort 9", slug="cohort-9")
    user_id = make_user(app, "Olga Owner")
    join(app, space, user_id, Role.OWNER)
    return user_id


@pytest.fixture
def client(browse, owner):
    return browse(owner)


@pytest.fixture
def sends(client):
    def sends(data, **more):
        typed = {"role": "member", "list": "", "filename": "people.csv", **more}
        return send_file(client, INVITE, f"{INVITE}/check", "file", data, **typed)

    return sends


def form_of(answer, action):
    """Return what a form of an answer holds, as a browser would send it."""
    body = answer.text.partition(f'action="{action}"')[2].partition("</form>")[0]
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', body)
    return {name: html.unescape(value) for name, value in fields}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_checked_and_sent_like_a_list_that_was_pasted(
    app, client, sends, postbox, encoding
):
    checked = sends(TABLE.encode(encoding), note="You asked me.")
    assert checked.status_code == 200
    for words in (
        "1 person will be invited. 1 line needs a look",
        "Zoë Müller",
        "Will be invited as observer",
    ):
        assert words in checked.text
    run_everything(app)
    assert postbox.letters == []
    given = form_of(checked, f"{INVITE}/send")
    assert client.post(f"{INVITE}/send", data=given).status_code == 303
    run_everything(app)
    [letter] = postbox.letters_to("zoe@example.org")
    assert "You asked me." in letter.get_body(("plain",)).get_content()


def test_what_we_do_not_use_of_a_file_goes_no_further(client, sends):
    checked = sends(TABLE.encode())
    assert "+49 30 1" not in checked.text
    back = form_of(checked, f"{INVITE}/check")
    assert back["edit"] == "1"
    page = client.post(f"{INVITE}/check", data=back, content_type="multipart/form-data")
    assert "zoe@example.org,Zoë Müller,observer" in page.text
    assert "+49 30 1" not in page.text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ZIP, "This file is no text"),
        (b"\xff\xfe\x00", "This file is no text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This file is no text"),
        (b"", "Write at least one address"),
        (b"email,name\n", "Write at least one address"),
        (b"x" * (LIST_LONGEST + 1), "This list is too long: at most 200 kB"),
        (b"a@example.org\n" * 501, "invite at most 500 at a time"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_beside_its_field(sends, data, words):
    answer = sends(data, role="observer", note="You asked me.")
    assert answer.status_code == 422
    field = answer.text.partition('name="file"')[0].rpartition('class="field')[2]
    assert words in field
    assert "You asked me." in answer.text
    assert '<option value="observer" selected>' in answer.text


def test_a_file_far_too_large_is_not_read(sends):
    assert sends(b"x" * 3 * LIST_LONGEST).status_code == 413


def test_a_list_and_a_file_at_once_are_refused_and_the_list_is_kept(sends):
    answer = sends(b"zoe@example.org", list="ana@example.org")
    assert answer.status_code == 422
    assert "Paste a list or choose a file, not both." in answer.text
    assert "ana@example.org</textarea>" in answer.text


def test_a_form_whose_file_was_left_empty_is_about_the_list(sends):
    checked = sends(b"", filename="", list="ana@example.org")
    assert checked.status_code == 200
    assert "Send 1 invitation" in checked.text


def test_what_was_read_of_a_file_is_kept_when_something_else_is_wrong(sends):
    answer = sends(b"zoe@example.org", role="emperor")
    assert answer.status_code == 422
    assert "zoe@example.org,," in answer.text


def test_a_long_list_that_was_checked_can_be_sent(client):
    """In letters that take nine characters of a form each."""
    text = "email,name,remarks\n" + "".join(
        f"p{number}@example.org,Зоя {number},{'слово ' * 20}\n" for number in range(400)
    )
    checked = send(client, INVITE, f"{INVITE}/check", list=text, role="member")
    assert checked.status_code == 200
    given = form_of(checked, f"{INVITE}/send")
    assert client.post(f"{INVITE}/send", data=given).status_code == 303


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "Ana Lind <ana@example.org>\nb@example.org, c@example.org",
        'e-mail\tname\nana@example.org\t"Lind, ""Ana"""\n',
        "nobody; at all\nana@example.org, observer",
    ],
)
def test_a_list_that_was_written_again_is_read_alike(text):
    def read(text):
        return [(one.email, one.name, one.role, not one.email) for one in read_list(text)]

    assert read(write_list(read_list(text))) == read(text)
