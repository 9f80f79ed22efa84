"""The door that a mail server's pipe opens: a command that reads one message."""

import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.spaces import join, make_space
from mail_servers import piped

from community.discussions.models import Post, ThreadKind
from community.discussions.operations import start_thread
from community.kernel.context import clock
from community.kernel.db import db
from community.mailing.formats import reply_address
from community.mailing.operations import open_line
from community.spaces.models import Role

MAIL = b"From: ana@example.org\nMessage-ID: <1@mail.example>\n\nAt six.\n"


def handed(app, address, **more):
    return piped(app, MAIL, to=address, sender="ana@example.org", **more)


def test_a_message_on_standard_input_becomes_a_post(mailed):
    space = make_space(mailed, "Cohort 9")
    ana = make_user(mailed, "Ana Lima", email="ana@example.org", email_verified_at=clock())
    join(mailed, space, ana, Role.MEMBER)
    with mailed.app_context():
        thread = start_thread(
            acting(ana), space, kind=ThreadKind.DISCUSSION, title="The well", body="Who digs?"
        ).id
        told = {"kind": "answer", "subject": "", "space_id": space, "thread_id": thread}
        line, key = open_line(acting(ana), "answers:1", told=told)
        bound = (ana, thread, key)
        address = reply_address(line, clock().date(), *bound, domain="in.example.org")
    for became in (b"posted", b"again"):
        done = handed(mailed, address)
        assert (done.returncode, done.stdout.strip()) == (0, became), done.stderr
    done = handed(mailed, "reply+nobody@in.example.org")
    assert (done.returncode, done.stdout.strip()) == (0, b"dropped"), done.stderr
    with mailed.app_context():
        assert (
            len(db.session.scalars(sa.select(Post.id).where(Post.thread_id == thread)).all()) == 2
        )


def test_what_cannot_be_taken_now_is_left_with_the_mail_server(mailed):
    address = "reply+nobody@in.example.org"
    assert handed(mailed, address, COMMUNITY_MAIL_IN="").returncode == 75
    assert handed(mailed, address, COMMUNITY_MISSPELT="x").returncode == 75
    away = handed(
        mailed, "reply+" + "a" * 53 + "@in.example.org",
        COMMUNITY_DATABASE_URL="postgresql://nobody@127.0.0.1:9/none",
    )  # fmt: skip
    assert away.returncode == 75
