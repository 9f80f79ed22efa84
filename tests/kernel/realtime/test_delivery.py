"""Slow readers, order, and the options of the socket (traps 1 to 4 of the live design)."""

import json
import threading
import time

from kernel.realtime.raw_client import CLOSE, FINAL, PATH, TEXT, RawFrame
from websockets.sync.client import connect

NARROW = 4_096  # bytes of receive buffer: the server feels at once that nobody reads


def test_a_late_reader_gets_every_frame_whole_and_in_order(open_client):
    # Each round stays below the bound of 1 MB, and far above what the kernel takes at once:
    # frames are written in part, and the rest must follow.
    client = open_client(buffer=NARROW).join()
    for _ in range(3):
        client.say('42["blast",110,8000]')
        time.sleep(0.3)
        for number in range(110):
            name, content = json.loads(client.message()[2:])
            assert (name, content["i"], len(content["pad"])) == ("m", number, 8000)


def test_events_of_one_client_are_handled_in_the_order_sent(open_client):
    client = open_client().join()
    for number in range(199):
        client.say(f'42["count",{number}]')
    assert client.ask("count", 199) == [list(range(200))]


def test_a_slow_consumer_is_told_why_and_costs_the_others_nothing(open_client, server, eventually):
    fast, slow = open_client().join(), open_client(buffer=NARROW).join()
    for client in (fast, slow):
        assert client.ask("listen", "hall") == [True]
    before = server.get("/stat")["peak_kb"]
    for _ in range(40):  # 40 times 100 messages of 8 kB: 32 MB
        fast.say('42["blast",100,8000,"hall"]')
        for number in range(100):
            assert json.loads(fast.message()[2:])[1]["i"] == number
    stat = eventually(lambda: (s := server.get("/stat"))["gone"].get(slow.sid) and s)
    assert stat["gone"][slow.sid] == "slow consumer"
    assert stat["peak_kb"] - before < 16_000  # the bound is 1 MB; unbounded it would be 32
    received = 0
    while True:
        first, payload = slow.frame()
        if first == FINAL | CLOSE:
            break
        assert first == FINAL | TEXT
        assert json.loads(payload[2:])[1]["i"] == received % 100
        received += 1
    assert (payload[:2], payload[2:]) == (b"\x03\xf0", b"slow consumer")  # 1008
    assert received < 4_000


def test_a_client_that_never_pauses_does_not_starve_the_others(open_client):
    busy, modest = open_client().join(), open_client().join()
    busy_is_done = threading.Event()
    unhandled = RawFrame(TEXT, b'42["nothing"]').encode()

    def talk():
        for _ in range(50):
            busy.send_bytes(unhandled * 1_000)
        busy.ask("echo", "done")
        busy_is_done.set()

    talker = threading.Thread(target=talk)
    talker.start()
    assert modest.ask("echo", 1) == [1]
    assert not busy_is_done.is_set()
    talker.join()


def test_compression_where_it_was_installed_and_the_client_asks_for_it(
    brisk_server, open_client_of
):
    plain = open_client_of(brisk_server.port).join()
    assert plain.ask("listen", "compressed") == [True]
    with connect(f"ws://127.0.0.1:{brisk_server.port}{PATH}") as client:
        assert "permessage-deflate" in client.response.headers["Sec-WebSocket-Extensions"]
        client.recv()
        client.send("40")
        client.recv()
        client.send('42["listen","compressed"]')
        client.send('42["blast",3,5000,"compressed"]')
        expected = [f'42["m",{{"i":{number},"pad":"{"x" * 5000}"}}]' for number in range(3)]
        assert [client.recv() for _ in range(3)] == expected
    assert [plain.message() for _ in range(3)] == expected


def test_small_frames_leave_at_once_and_dead_peers_are_noticed(open_client):
    (options,) = open_client().join().ask("socket_options")
    assert options["TCP_NODELAY"] != 0
    assert options["TCP_USER_TIMEOUT"] == 30_000  # milliseconds
    assert options["TCP_NOTSENT_LOWAT"] == 131_072  # bytes
