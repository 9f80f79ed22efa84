"""The WebSocket protocol itself (RFC 6455), on each server."""

import json
import struct

import pytest
from kernel.realtime.raw_client import (
    BINARY,
    CLOSE,
    CONTINUATION,
    FINAL,
    PING,
    POLLING,
    PONG,
    TEXT,
    RawFrame,
)

LIMIT = 100_000  # bytes: max_http_buffer_size of the echo application


def test_an_event_is_answered_and_acknowledged(open_client):
    client = open_client().join()
    client.say('421["echo","hé"]')
    assert client.message() == '42["echo","h\\u00e9"]'
    assert client.message() == '431["h\\u00e9"]'


def test_a_message_may_come_in_fragments_cut_inside_a_character_with_pings_between(open_client):
    client = open_client().join()
    message = f'42["echo","ünï-{"x" * 300}"]'.encode()
    last = len(message) - 1
    for index, byte in enumerate(message):
        opcode = TEXT if index == 0 else CONTINUATION
        client.send(RawFrame(opcode, bytes([byte]), final=index == last))
        if index % 50 == 7:
            client.send(RawFrame(PING, b"are you there"))
    pongs = 0
    while (frame := client.frame())[0] == FINAL | PONG:
        assert frame[1] == b"are you there"
        pongs += 1
    assert frame == (FINAL | TEXT, b'42["echo","\\u00fcn\\u00ef-' + b"x" * 300 + b'"]')
    assert pongs == len(range(7, last + 1, 50))


def test_an_unsolicited_pong_is_ignored_and_the_longest_ping_is_answered(open_client):
    client = open_client().join()
    client.send(RawFrame(PONG, b"unasked"), RawFrame(PING, b"z" * 125))
    assert client.frame() == (FINAL | PONG, b"z" * 125)


def test_fragments_may_be_empty(open_client):
    client = open_client().join()
    client.send(
        RawFrame(TEXT, final=False),
        RawFrame(CONTINUATION, final=False),
        RawFrame(CONTINUATION, b'42["echo",1]'),
    )
    assert client.message() == '42["echo",1]'


def test_a_binary_event_passes_both_ways(open_client):
    client = open_client().join()
    data = bytes(range(256))
    client.say('451-["echo",{"_placeholder":true,"num":0}]')
    client.send(RawFrame(BINARY, data))
    assert client.message() == '451-["echo",{"_placeholder":true,"num":0}]'
    assert client.message() == data


@pytest.mark.parametrize("payload", [struct.pack("!H", 1000) + b"bye", b""])
def test_a_close_frame_is_echoed_and_the_connection_ends(open_client, payload):
    client = open_client().join()
    client.send(RawFrame(CLOSE, payload))
    assert client.frame() == (FINAL | CLOSE, payload)
    with pytest.raises(EOFError):
        client.frame()


def test_what_was_said_before_a_close_frame_is_still_heard(open_client):
    client, witness = open_client().join(), open_client().join()
    assert witness.ask("listen", "last-words") == [True]
    client.send(
        RawFrame(TEXT, b'42["blast",1,1,"last-words"]'),
        RawFrame(CLOSE, struct.pack("!H", 1000)),
    )
    assert witness.message().startswith('42["m"')


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        pytest.param([RawFrame(TEXT, b'42["echo","\xff\xfe"]')], 1007, id="text not UTF-8"),
        pytest.param(
            [RawFrame(TEXT, b'42["echo","\xc3', final=False), RawFrame(CONTINUATION, b'x"]')],
            1007,
            id="text in fragments not UTF-8",
        ),
        pytest.param([RawFrame(TEXT, b"42[]", masked=False)], 1002, id="frame not masked"),
        pytest.param([RawFrame(TEXT, b"42[]", reserved=0x40)], 1002, id="reserved bit"),
        pytest.param([RawFrame(3, b"x")], 1002, id="unknown opcode"),
        pytest.param([RawFrame(PING, b"x", final=False)], 1002, id="fragmented ping"),
        pytest.param([RawFrame(PING, b"x" * 126)], 1002, id="ping of 126 bytes"),
        pytest.param([RawFrame(CONTINUATION, b"x")], 1002, id="continuation of nothing"),
        pytest.param(
            [RawFrame(TEXT, b"4", final=False), RawFrame(TEXT, b"4")],
            1002,
            id="text inside fragments",
        ),
        pytest.param([RawFrame(CLOSE, struct.pack("!H", 1005))], 1002, id="close code 1005"),
        pytest.param([RawFrame(CLOSE, b"\x03")], 1002, id="close of one byte"),
        pytest.param(
            [RawFrame(CLOSE, struct.pack("!H", 1000) + b"\xff")],
            1007,
            id="close reason not UTF-8",
        ),
        pytest.param([RawFrame(TEXT, b"4" + b"x" * LIMIT)], 1009, id="message too big"),
        pytest.param([RawFrame(TEXT, announced=1 << 40)], 1009, id="announced too big"),
        pytest.param(
            [RawFrame(TEXT, b"4", final=False)]
            + [RawFrame(CONTINUATION, b"x" * 30_000, final=False)] * 4,
            1009,
            id="fragments too big together",
        ),
    ],
)
def test_a_breach_of_the_protocol_is_answered_with_its_code(open_client, frames, code):
    client = open_client().join()
    client.send(*frames)
    closing = client.read_closing()
    assert (closing.code, closing.ended) == (code, True)


def test_nothing_after_a_breach_is_heeded(open_client):
    client, witness = open_client().join(), open_client().join()
    assert witness.ask("listen", "breach") == [True]
    bad = RawFrame(TEXT, b"\xff").encode()
    good = RawFrame(TEXT, b'42["blast",1,1,"breach"]').encode()
    client.send_bytes(bad + good)  # in one segment: parsed together
    assert client.read_closing().code == 1007
    witness.say('42["blast",1,9,"breach"]')
    assert '"pad":"xxxxxxxxx"' in witness.message()


def test_an_upgrade_without_a_probe_fails_and_polling_goes_on(open_client, server):
    polling = f"{POLLING}&sid={json.loads(server.request('GET', POLLING)[1][1:])['sid']}"
    assert server.request("POST", polling, "40") == (200, "OK")
    client = open_client(path=polling.replace("polling", "websocket"))
    client.say("3probe")
    closing = client.read_closing()
    assert (closing.code, closing.reason) == (1008, "upgrade failed")
    assert server.request("GET", polling)[1].startswith("40")


def test_what_was_emitted_during_an_upgrade_arrives_once_and_in_order(open_client, server):
    polling = f"{POLLING}&sid={json.loads(server.request('GET', POLLING)[1][1:])['sid']}"
    assert server.request("POST", polling, "40") == (200, "OK")
    assert server.request("GET", polling)[1].startswith("40")
    client = open_client(path=polling.replace("polling", "websocket"))
    client.say("2probe")
    assert client.message() == "3probe"
    assert server.request("POST", polling, '42["echo",1]\x1e42["echo",2]') == (200, "OK")
    client.say("5")
    client.say('42["echo",3]')
    assert [client.message() for _ in range(3)] == [f'42["echo",{n}]' for n in (1, 2, 3)]
    assert server.request("POST", polling, '42["echo",4]')[0] == 400


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"key": "short"}, id="a bad key"),
        pytest.param({"version": "8"}, id="an old version"),
    ],
)
def test_a_bad_handshake_is_refused_and_leaves_no_session(open_client, server, eventually, options):
    before = set(server.get("/stat")["sessions"])
    assert open_client(**options).status == 400
    eventually(lambda: set(server.get("/stat")["sessions"]) <= before)


def test_no_extension_is_accepted_unless_it_was_installed(open_client):
    wish = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
    client = open_client(headers=[wish])
    assert client.status == 101
    assert "extensions" not in client.head.lower()


def test_a_long_cookie_does_not_hinder_the_handshake(open_client):
    client = open_client(headers=[f"Cookie: long={'x' * 8_000}"])
    assert client.status == 101
    assert client.join().ask("echo", 1) == [1]


def test_a_client_put_out_by_the_server_gets_a_close_packet_and_code_1000(open_client):
    client = open_client().join()
    client.say('42["kick"]')
    assert client.message() == "1"
    closing = client.read_closing()
    assert (closing.code, closing.ended) == (1000, True)


def test_a_client_that_vanishes_is_noticed_and_its_handlers_run(open_client, server, eventually):
    client = open_client().join()
    sid = client.sid
    client.abandon()
    eventually(lambda: server.get("/stat")["gone"].get(sid) == "transport close")
