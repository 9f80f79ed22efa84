"""Two processes pass posts to each other's clients; what one was told is never lost."""

import concurrent.futures
import datetime as dt
import urllib.error
import urllib.request

import pytest
import socketio.exceptions
import sqlalchemy as sa
from conftest import acting
from factories.moderation import take
from processes.conftest import PATIENCE, Client

from community.discussions.models import Post, ThreadKind
from community.discussions.operations import start_thread
from community.kernel.db import db
from community.live.operations import schedule_session, start_session
from community.moderation.rules import Outcome
from community.spaces.models import Role
from community.spaces.operations import remove_member

pytestmark = [
    pytest.mark.races,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # see conftest
]


@pytest.fixture
def thread(site):
    """A thread of a space with an owner, and two members: (space, thread, owner, ana, bo)."""
    space = site.space()
    owner = site.member(space, "Olga Owner", role=Role.OWNER)
    ana, bo = site.member(space, "Ana Lind"), site.member(space, "Bo Berg")
    made = site.do(
        lambda: start_thread(
            acting(owner), space, kind=ThreadKind.DISCUSSION, title="Hello", body="One"
        )
    )
    return space, made.id, owner, ana, bo


def watch(client, thread_id, since=0):
    return client.ask("thread.join", {"thread_id": str(thread_id), "since": since})


def reply(client, thread_id, body, client_id):
    fields = {"thread_id": str(thread_id), "body": body, "client_id": client_id}
    return client.ask("thread.reply", fields)


def bodies(site, thread_id):
    return site.do(
        lambda: db.session.scalars(
            sa.select(Post.body).where(Post.thread_id == thread_id).order_by(Post.number)
        ).all()
    )


def test_a_post_on_one_process_reaches_a_reader_on_the_other(site, thread):
    _space, thread_id, _owner, ana, bo = thread
    reader, writer = site.connect(0, ana), site.connect(1, bo)
    head = watch(reader, thread_id)["head"]
    reply(writer, thread_id, "from the other side", "act-00000001")
    if site.settings.redis_url:
        pushed = reader.wait_for("thread.reply_posted")
        assert pushed["seq"] == head + 1
        assert "from the other side" in str(pushed["data"])
    else:  # no Redis: the database says how far the thread is, and the reader asks
        reader.wait_for("stream.head", lambda data: data["seq"] == head + 1)
        fields = {"thread_id": str(thread_id), "since": head}
        [event] = reader.ask("thread.sync", fields)["events"]
        assert "from the other side" in str(event["data"])


def test_an_acknowledged_post_survives_the_kill_of_its_process_and_none_is_kept_twice(site, thread):
    _space, thread_id, _owner, ana, _bo = thread
    writer = site.connect(1, ana)
    acknowledged = []
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        killing = None
        for number in range(400):
            if number == 20:
                killing = beside.submit(site.nodes[1].kill)
            try:
                reply(writer, thread_id, f"line {number}", f"act-{number:08d}")
            except (socketio.exceptions.SocketIOError, OSError):
                break
            acknowledged.append(number)
        killing.result()
    assert 20 <= len(acknowledged) < 400
    kept = bodies(site, thread_id)
    assert [f"line {n}" for n in acknowledged] == [b for b in kept if b.startswith("line")][
        : len(acknowledged)
    ]
    again = site.connect(0, ana)
    for number in (acknowledged[-1], acknowledged[-1] + 1):  # the client does not know which came
        reply(again, thread_id, f"line {number}", f"act-{number:08d}")
    assert bodies(site, thread_id).count(f"line {acknowledged[-1]}") == 1
    assert bodies(site, thread_id).count(f"line {acknowledged[-1] + 1}") == 1
    site.restart(1)


def test_a_removed_member_is_silent_on_every_process(site, thread):
    space, thread_id, owner, ana, bo = thread
    clients = [site.connect(number, ana) for number in range(2)]
    stays = site.connect(1, bo)
    for client in (*clients, stays):
        watch(client, thread_id)
    site.do(lambda: remove_member(acting(owner), space, ana))
    for client in clients:
        client.wait_for("disconnected")
    back = site.connect(0, ana)
    answer = back.socket.call("thread.join", {"thread_id": str(thread_id), "since": 0}, timeout=10)
    assert answer["error"]["status"] == 404
    for path in (f"/threads/{thread_id}", f"/api/v1/threads/{thread_id}"):
        assert status(site.nodes[1].url + path, site.cookie(ana)) == 404
    assert not any(name == "disconnected" for name, _ in stays.heard)


def status(url: str, cookie: str) -> int:
    request = urllib.request.Request(url, headers={"Cookie": cookie})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def test_a_process_that_is_told_to_stop_tells_its_sockets_to_come_back(site, thread):
    _space, thread_id, _owner, ana, _bo = thread
    client = site.connect(1, ana)
    watch(client, thread_id)
    assert site.nodes[1].stop() == 0
    client.wait_for("disconnected")
    site.restart(1)
    again = site.connect(1, ana)
    assert watch(again, thread_id)["head"] >= 1


@pytest.mark.parametrize("cookie", ["", "community=forged"])
def test_nobody_opens_a_socket_without_a_sign_in(site, cookie):
    stranger = Client(cookie)
    site.clients.append(stranger)
    with pytest.raises(socketio.exceptions.ConnectionError):
        stranger.open(site.nodes[0].url)


def test_who_is_suspended_is_cut_off_at_once_and_who_is_silenced_is_told_why(site, thread):
    space, thread_id, owner, ana, bo = thread
    now = dt.datetime.now(dt.UTC)
    session = site.do(
        lambda: schedule_session(
            acting(owner),
            space,
            title="Clinic",
            plan="",
            local_at=now.replace(tzinfo=None, second=0, microsecond=0),
            zone="UTC",
            minutes=30,
        )
    )
    site.do(lambda: start_session(acting(owner), session.id))
    room = {"session_id": str(session.id)}
    clients, stays = [site.connect(number, ana) for number in range(2)], site.connect(1, bo)
    for client in (*clients, stays):
        watch(client, thread_id)
        client.ask("room.join", {**room, "since": 0})
    stays.ask("room.say", {**room, "body": "I am here", "client_id": "said-0001"})

    silence = take(site.app, space, owner, bo, words="Take a rest.")
    lines = {
        "room.say": {**room, "body": "Once more", "client_id": "said-0002"},
        "room.raise_hand": {**room, "client_id": "hand-0001"},
        "thread.reply": {"thread_id": str(thread_id), "body": "No", "client_id": "act-00000001"},
    }
    for name, fields in lines.items():
        error = stays.socket.call(name, fields, timeout=PATIENCE)["error"]
        assert error["status"] == 403, name
        assert error["decision_id"] == str(silence), error
        assert error["silenced_until"], error
    assert "Once more" not in str(stays.ask("room.join", {**room, "since": 0}))

    take(site.app, space, owner, ana, Outcome.SUSPENDED)
    for client in clients:
        client.wait_for("disconnected")
    back = site.connect(0, ana)
    for name, fields in {"thread.join": {"thread_id": str(thread_id)}, "room.join": room}.items():
        answer = back.socket.call(name, {**fields, "since": 0}, timeout=PATIENCE)
        assert answer["error"]["status"] == 404, name
    assert not any(name == "disconnected" for name, _ in stays.heard)
