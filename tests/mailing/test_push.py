"""What is new is told on devices: after a while, looked at again, and without a word of it."""

import base64
import dataclasses
import datetime as dt
import json

import pytest
import sqlalchemy as sa
import time_machine
from conftest import acting, browser
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from factories.accounts import make_sign_in, make_user
from factories.spaces import join, make_space
from push_service import Browser, push_service

from community.accounts.operations import end_sign_in, end_sign_ins
from community.correspondence.models import PushDevice
from community.correspondence.operations import add_device, choose, erase, stop_letters
from community.correspondence.queries import devices
from community.correspondence.rules import (
    DEAD_AFTER,
    FAILURES,
    MOST_DEVICES,
    REST,
    Channel,
    Choice,
    LetterKind,
    Topic,
)
from community.discussions.models import ThreadKind
from community.discussions.operations import (
    block_person,
    follow_thread,
    mark_read,
    post_reply,
    remove_post,
    start_thread,
)
from community.discussions.rules import Level
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.installed import EXTENSION
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work
from community.kernel.outbox import OutboxRow
from community.kernel.posting import Why
from community.kernel.push import PushFault
from community.kernel.sweeping import sweep
from community.mailing.operations import choose_times
from community.mailing.queries import my_ledger
from community.mailing.rules import Fate, Rhythm
from community.notifications.models import AnswerNews
from community.notifications.operations import owe_answers
from community.notifications.rules import DELAY
from community.spaces.models import Role
from community.spaces.operations import remove_member

PAGE = "/me/letters"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with push_service(tmp_path_factory.mktemp("push")) as made:
        yield made


@pytest.fixture
def service(app, running, monkeypatch):
    """Return a push service in the network of the site, which names it."""
    running.handed.clear()
    running.answers.clear()
    monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
    house = app.extensions[EXTENSION]
    before = house.settings
    house.settings = dataclasses.replace(
        before, push_hosts=running.host, push_contact="mailto:us@example.org"
    )
    yield running
    house.settings = before


@pytest.fixture
def space(app):
    return make_space(app, "Cohort 9")


@pytest.fixture
def olu(app, space):
    made = make_user(app, "Olu Ade")
    join(app, space, made, Role.OWNER)
    return made


@pytest.fixture
def ana(app, space):
    made = make_user(app, "Ana Lima", zone="UTC")
    join(app, space, made, Role.MEMBER)
    return made


def device(app, service, user_id, name="one", **more):
    """Have somebody told in a browser in which they are signed in."""
    made = Browser(service, name)
    with app.app_context():
        add_device(acting(user_id), make_sign_in(app, user_id, **more), **made.given)
    return made


def begin(app, space, by, **more):
    with app.app_context():
        given = {"kind": ThreadKind.DISCUSSION, "title": "The well", "body": "To all."} | more
        return start_thread(acting(by), space, **given).id


def reply(app, thread, by, body="A secret to @Ana Lima"):
    with app.app_context():
        return post_reply(acting(by), thread, body=body)


def owe(app):
    with app.app_context():
        with unit_of_work(acting(None)):
            db.session.execute(sa.update(AnswerNews).values(at=clock() - DELAY))
        owe_answers(acting(None))


def soon(app):
    with app.app_context(), unit_of_work(acting(None)):
        due = sa.update(OutboxRow).where(OutboxRow.done_at.is_(None))
        db.session.execute(due.values(due_at=clock() - dt.timedelta(minutes=1), relayed_at=None))


def pushed(app, user_id):
    """Return the lines of the ledger about devices."""
    with app.app_context():
        return [line for line in my_ledger(acting(user_id)).items if line.channel == "push"]


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_what_is_new_in_a_thread_is_one_message_that_holds_none_of_it(
    app, service, postbox, browse, space, olu, ana
):
    told = device(app, service, ana)
    thread = begin(app, space, olu)
    first = reply(app, thread, olu)
    reply(app, thread, olu)
    run_everything(app)
    assert service.handed == []  # who is there reads it meanwhile
    owe(app)
    run_everything(app)
    [message] = told.messages()
    assert message == {
        "title": "The well",
        "body": "2 posts are new to you.",
        "tag": str(thread),
        "url": f"http://127.0.0.1:8000/posts/{first.id}",
    }
    [handed] = service.handed
    assert handed.headers["Content-Encoding"] == "aes128gcm"
    assert int(handed.headers["TTL"]) > 0
    assert len(handed.headers["Topic"]) == 32
    [line] = pushed(app, ana)
    assert (line.fate, line.why, line.thread_id) == (Fate.SENT, None, thread)
    assert "on my devices" in browse(ana).get("/me/letters/ledger").text
    assert len(postbox.letters) == 1
    soon(app)
    run_everything(app)
    assert len(service.handed) == 1

    scheme, _, said = handed.headers["Authorization"].partition(" ")
    parts = dict(each.split("=", 1) for each in said.split(", "))
    head, claims, signature = parts["t"].split(".")
    assert (scheme, json.loads(decoded(head))) == ("vapid", {"typ": "JWT", "alg": "ES256"})
    signed = decoded(signature)
    pair = [int.from_bytes(signed[:32], "big"), int.from_bytes(signed[32:], "big")]
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(parts["k"]))
    public.verify(
        utils.encode_dss_signature(*pair),
        f"{head}.{claims}".encode(),
        ec.ECDSA(hashes.SHA256()),
    )
    claims = json.loads(decoded(claims))
    assert claims["aud"] == f"https://{service.host}"
    assert claims["sub"] == "mailto:us@example.org"
    assert 0 < claims["exp"] - clock().timestamp() <= 24 * 60 * 60
    assert parts["k"] in browse(ana).get(PAGE).text


def test_it_is_looked_at_again_before_it_leaves(app, service, postbox, space, olu):
    acts = {
        Why.READ: lambda who, thread, post: mark_read(acting(who), thread, number=post.number),
        Why.REMOVED: lambda who, thread, post: remove_post(acting(olu), post.id),
        Why.LOST: lambda who, thread, post: remove_member(acting(olu), space, who),
        Why.MUTED: lambda who, thread, post: follow_thread(acting(who), thread, level=Level.MUTED),
        Why.BLOCKED: lambda who, thread, post: block_person(acting(who), olu),
        Why.STOPPED: lambda who, thread, post: choose(
            acting(who), {(Topic.MENTION, Channel.PUSH): Choice.OFF}
        ),
    }
    for why, act in acts.items():
        name = f"Reader {why}"
        who = make_user(app, name)
        join(app, space, who, Role.MEMBER)
        device(app, service, who, why)
        thread = begin(app, space, olu)
        post = reply(app, thread, olu, f"To @{name}")
        owe(app)
        with app.app_context():
            act(who, thread, post)
        run_everything(app)
        [line] = pushed(app, who)
        assert (line.fate, line.why) == (Fate.SUPPRESSED, why)
    assert service.handed == []


def test_each_channel_is_chosen_by_itself(app, service, postbox, space, olu, ana):
    told = device(app, service, ana)
    with app.app_context():
        stop_letters(acting(ana), LetterKind.ANSWER)
        stop_letters(acting(ana), LetterKind.ANNOUNCEMENT)
    thread = begin(app, space, olu, kind=ThreadKind.ANNOUNCEMENT, title="At six")
    reply(app, thread, olu)
    with app.app_context():
        follow_thread(acting(ana), thread, level=Level.WATCHING)
    owe(app)
    run_everything(app)
    assert sorted(each["body"] for each in told.messages()) == [
        "1 post is new to you.",
        "An announcement in Cohort 9",
    ]
    assert postbox.letters == []
    reply(app, thread, olu, "Of this a device tells who asked only.")
    run_everything(app)
    owe(app)
    run_everything(app)
    assert len(told.messages()) == 2
    with app.app_context():
        choose(acting(ana), {(Topic.WATCHING, Channel.PUSH): Choice.ON})
    reply(app, thread, olu, "Now she did.")
    run_everything(app)
    owe(app)
    run_everything(app)
    assert len(told.messages()) == 3


def test_quiet_hours_hold_it(app, service, postbox, space, olu, ana):
    told = device(app, service, ana)
    hours = {"rhythm": Rhythm.DAILY, "hour": 8, "weekday": 0}
    now = clock().hour
    with app.app_context():
        choose_times(acting(ana), **hours, quiet_from=now, quiet_to=(now + 3) % 24)
    reply(app, begin(app, space, olu), olu)
    owe(app)
    run_everything(app)
    assert service.handed == []
    [line] = pushed(app, ana)
    assert (line.fate, line.why) == (Fate.HELD, Why.QUIET)
    with app.app_context():
        choose_times(acting(ana), **hours, quiet_from=None, quiet_to=None)
    run_everything(app)
    assert len(told.messages()) == 1
    assert pushed(app, ana)[0].fate is Fate.SENT


def test_a_service_that_fails_is_tried_again_and_who_has_it_gets_it_once(
    app, service, postbox, space, olu, ana
):
    well, gone, ill = (device(app, service, ana, name) for name in ("well", "gone", "ill"))
    service.answers = {gone.path: 410, ill.path: 503}
    reply(app, begin(app, space, olu), olu)
    owe(app)
    with pytest.raises(PushFault, match="503"):
        run_everything(app)
    [line] = pushed(app, ana)
    assert (line.fate, line.why) == (Fate.HELD, Why.WAITING)
    service.answers = {}
    soon(app)
    run_everything(app)  # a service that failed is left alone for a while
    assert [len(each.messages()) for each in (well, gone, ill)] == [1, 1, 1]
    with time_machine.travel(clock() + REST + dt.timedelta(minutes=1)):
        run_everything(app)
    assert [len(each.messages()) for each in (well, gone, ill)] == [1, 1, 2]
    assert pushed(app, ana)[0].fate is Fate.SENT
    with app.app_context():
        assert {each.endpoint for each in devices(acting(ana))} == {well.endpoint, ill.endpoint}


def failing(app):
    with app.app_context():
        [one] = db.session.scalars(sa.select(PushDevice)).all()
        return one.failures


def try_on(app, start, times):
    """Do what is due every quarter of an hour; return how often a service failed."""
    failed = 0
    for number in range(times):
        with time_machine.travel(start + dt.timedelta(minutes=15 * number)):
            try:
                run_everything(app)
            except PushFault:
                failed += 1
    return failed


def test_a_device_that_never_answers_keeps_nobody_busy_and_is_forgotten_after_a_day(
    app, service, postbox, space, olu, ana
):
    told = device(app, service, ana, expires_at=clock() + dt.timedelta(days=9))
    service.answers = {told.path: 503}
    thread, start = begin(app, space, olu), clock()
    reply(app, thread, olu)
    owe(app)
    try_on(app, start, 40)
    assert len(service.handed) == failing(app) == FAILURES
    [line] = pushed(app, ana)
    assert (line.fate, line.why) == (Fate.REFUSED, Why.REFUSED)
    for number, hours in enumerate((12, 20)):
        with time_machine.travel(start + dt.timedelta(hours=hours)):
            for _word in range(3):  # at once: it is tried with one of them, and once
                reply(app, begin(app, space, olu), olu)
            owe(app)
            run_everything(app)
            assert len(service.handed) == FAILURES + 1 + number
    with time_machine.travel(start + DEAD_AFTER + dt.timedelta(hours=1)):
        reply(app, begin(app, space, olu), olu)
        owe(app)
        run_everything(app)
    assert len(service.handed) == FAILURES + 3
    assert count(app) == 0


def test_a_message_that_is_taken_forgets_the_failures_before(
    app, service, postbox, space, olu, ana
):
    told = device(app, service, ana, expires_at=clock() + dt.timedelta(days=9))
    start = clock()
    for number, answer in enumerate((503, 201, 503)):
        service.answers = {told.path: answer}
        begun = start + dt.timedelta(hours=30 * number)
        with time_machine.travel(begun):
            reply(app, begin(app, space, olu), olu)
            owe(app)
        try_on(app, begun, 20)
        assert failing(app) == (0 if answer == 201 else FAILURES)
    assert count(app) == 1


def test_a_refusal_ends_it_and_no_redirect_is_followed(app, service, postbox, space, olu, ana):
    told = device(app, service, ana)
    for status in (307, 403):
        service.answers = {told.path: status}
        reply(app, begin(app, space, olu), olu)
        owe(app)
        run_everything(app)
        assert (pushed(app, ana)[0].fate, pushed(app, ana)[0].why) == (Fate.REFUSED, Why.REFUSED)
    assert {each.path for each in service.handed} == {told.path}
    assert len(service.handed) == 2


def test_a_device_ends_with_its_sign_in_and_with_the_account(
    app, service, postbox, space, olu, ana
):
    kept = []
    for name in ("out", "password", "off", "late"):
        sign_in = make_sign_in(app, ana)
        with app.app_context():
            add_device(acting(ana), sign_in, **Browser(service, name).given)
        kept.append(sign_in)
    with app.app_context():
        end_sign_in(acting(ana), kept[0])
        assert len(devices(acting(ana))) == 3
        with unit_of_work(acting(None)):  # ended without a word, as of an account switched off
            table = sa.table("sign_in", sa.column("id", sa.Uuid()), sa.column("ended_at"))
            ended = sa.update(table).where(table.c.id == kept[2])
            db.session.execute(ended.values(ended_at=sa.func.now()))
        assert len(devices(acting(ana))) == 2
        sweep(acting(None))
        assert count(app) == 2
        end_sign_ins(acting(ana))
        assert count(app) == 0
    device(app, service, ana)
    with app.app_context():
        erase(acting(ana))
    assert count(app) == 0
    reply(app, begin(app, space, olu), olu)
    owe(app)
    run_everything(app)
    assert service.handed == []


def count(app):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(PushDevice))


def test_a_browser_is_told_for_who_sits_there_last_and_nobody_takes_anothers(
    app, service, olu, ana
):
    here = device(app, service, ana)
    with app.app_context():
        add_device(acting(olu), make_sign_in(app, olu), **here.given)
        assert devices(acting(ana)) == []
        guessed = Browser(service).given
        with pytest.raises(Conflict):
            add_device(acting(ana), make_sign_in(app, ana), **guessed)
        with pytest.raises(Conflict):
            add_device(acting(ana), make_sign_in(app, olu), **Browser(service, "2").given)
        for wrong in (
            {"endpoint": "https://localhost:1/x"},
            {"endpoint": "http://push.example.org/"},
            {"endpoint": "https://10.0.0.8/"},
            {"p256dh": "x"},
            {"auth": "x"},
        ):
            given = Browser(service, "3").given | wrong
            with pytest.raises(Invalid):
                add_device(acting(ana), make_sign_in(app, ana), **given)
    for number in range(MOST_DEVICES):
        device(app, service, ana, f"many-{number}")
    with app.app_context(), pytest.raises(Conflict):
        add_device(acting(ana), make_sign_in(app, ana), **Browser(service, "more").given)
    assert count(app) == MOST_DEVICES + 1


def test_the_page_and_the_api_switch_it_on_and_off(app, service, browse, olu, ana):
    client, address = browse(ana), "/api/v1/me/devices"
    page = client.get(PAGE).text
    assert "Tell me on this device" in page
    assert "script-src 'self'" in client.get(PAGE).headers["Content-Security-Policy"]
    worker = client.get("/push.js")
    assert worker.mimetype == "text/javascript"
    assert client.post("/me/devices", data={"endpoint": ""}).status_code == 422
    assert client.post("/me/devices", data=Browser(service).given).status_code == 303
    page = client.get(PAGE).text
    assert "This device" in page
    assert "Tell me on this device" not in page
    [item] = client.get(address).json["items"]
    assert browse(olu).post(f"/me/devices/{item['id']}/remove").status_code == 404
    assert client.post(f"/me/devices/{item['id']}/remove").status_code == 303
    made = client.post(address, json=Browser(service).given)
    assert made.status_code == 201
    assert client.delete(f"{address}/{made.json['id']}").status_code == 204
    assert client.get(address).json["items"] == []


def test_where_nothing_is_pushed_nothing_speaks_of_it(app, ana):
    house = app.extensions[EXTENSION]
    before = house.settings
    house.settings = dataclasses.replace(before, push_key="")
    try:
        client = browser(app, ana)
        page = client.get(PAGE).text
        for word in ("On my devices", "Devices", "data-push", "mention-push"):
            assert word not in page
        assert client.get("/push.js").status_code == 404
        assert client.get("/api/v1/me/devices").status_code == 404
        items = client.get(f"/api/v1{PAGE}").json["items"]
        assert {item["channel"] for item in items} == {"inbox", "mail"}
        wanted = {"topic": "mention", "channel": "push", "choice": "off"}
        assert client.put(f"/api/v1{PAGE}", json={"items": [wanted]}).status_code == 422
        with app.app_context(), pytest.raises(NotFound):
            add_device(acting(ana), make_sign_in(app, ana), endpoint="", p256dh="", auth="")
    finally:
        house.settings = before
