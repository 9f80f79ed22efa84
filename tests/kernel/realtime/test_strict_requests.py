"""Engine.IO over plain HTTP: what is out of order is refused, and ends the session it names."""

import json
import threading

import pytest
from kernel.realtime.raw_client import PATH, POLLING


@pytest.fixture
def request_of(server):
    return server.request


@pytest.fixture
def polling(request_of):
    """The path of a new polling session that has joined "/"."""
    status, body = request_of("GET", POLLING)
    assert status == 200
    path = f"{POLLING}&sid={json.loads(body[1:])['sid']}"
    assert request_of("POST", path, "40") == (200, "OK")
    assert request_of("GET", path)[1].startswith("40")
    return path


def is_over(request_of, path):
    status, body = request_of("POST", path, '42["echo",1]')
    return status == 400 and json.loads(body)["code"] == 1


@pytest.mark.parametrize(
    ("method", "path", "headers", "code"),
    [
        pytest.param("GET", "/socket.io/?EIO=4", {}, 0, id="no transport"),
        pytest.param("GET", "/socket.io/?EIO=4&transport=pigeon", {}, 0, id="unknown transport"),
        pytest.param("GET", PATH, {}, 3, id="websocket without an upgrade"),
        pytest.param(
            "GET", PATH, {"Upgrade": "websocket"}, 3, id="websocket without Connection: Upgrade"
        ),
        pytest.param(
            "GET",
            POLLING,
            {"Upgrade": "websocket", "Connection": "Upgrade"},
            3,
            id="polling with an upgrade",
        ),
        pytest.param("GET", f"{POLLING}&j=0", {}, 3, id="JSONP"),
        pytest.param("GET", f"{POLLING}&sid=a&sid=b", {}, 3, id="two sessions"),
        pytest.param("PUT", POLLING, {}, 2, id="PUT"),
        pytest.param("OPTIONS", POLLING, {}, 2, id="a preflight"),
    ],
)
def test_a_request_out_of_order_is_refused(request_of, method, path, headers, code):
    status, body = request_of(method, path, headers=headers)
    assert (status, json.loads(body)["code"]) == (400, code)


def test_an_old_protocol_and_an_unknown_session_are_refused(request_of):
    assert request_of("GET", "/socket.io/?EIO=3&transport=polling")[0] == 400
    for method, body in (("GET", None), ("POST", "40")):
        status, answer = request_of(method, f"{POLLING}&sid=unknown", body)
        assert (status, json.loads(answer)["code"]) == (400, 1)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param("abc", id="no packet"),
        pytest.param('42["echo",1]\x1e', id="an empty packet"),
        pytest.param("9", id="unknown type"),
        pytest.param("0", id="OPEN"),
        pytest.param("bnot base64", id="bad base64"),
        pytest.param("d=40", id="JSONP"),
        pytest.param(b"\xff", id="not UTF-8"),
        pytest.param("4" + "x" * 100_000, id="too big"),
        pytest.param("\x1e".join(["3"] * 1_001), id="too many packets"),
        pytest.param("42{}", id="malformed Socket.IO"),
    ],
)
def test_a_bad_body_ends_the_session(request_of, polling, body):
    request_of("POST", polling, body)
    assert is_over(request_of, polling)


def test_a_thousand_packets_in_one_post_are_all_heard(request_of, polling):
    body = "\x1e".join('42["echo",1]' for _ in range(999)) + '\x1e427["echo",2]'
    assert request_of("POST", polling, body) == (200, "OK")
    answers = request_of("GET", polling)[1].split("\x1e")
    assert answers.count('42["echo",1]') == 999
    assert answers[-1] == "437[2]"


def test_a_second_poll_at_the_same_time_ends_the_session(request_of, polling):
    first = []
    poll = threading.Thread(target=lambda: first.append(request_of("GET", polling)))
    poll.start()
    # Which of the two is second is not known; one of them is, and neither gets half of the packets.
    second = request_of("GET", polling)
    poll.join()
    assert sorted([first[0][0], second[0]]) == [200, 400]
    assert is_over(request_of, polling)


def test_binary_reaches_a_polling_and_a_websocket_client_of_one_room(
    request_of, polling, open_client
):
    client = open_client().join()
    assert client.ask("listen", "mixed") == [True]
    assert request_of("POST", polling, '42["listen","mixed"]') == (200, "OK")
    assert request_of("POST", polling, '42["show","mixed"]') == (200, "OK")
    head = '451-["picture",{"_placeholder":true,"num":0}]'
    assert request_of("GET", polling) == (200, f"{head}\x1ebAP8=")
    assert [client.message(), client.message()] == [head, b"\x00\xff"]
