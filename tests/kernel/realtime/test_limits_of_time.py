"""Silence has an end: heartbeats, and closing handshakes that nobody answers."""

import json

import pytest
from kernel.realtime.raw_client import CLOSE, FINAL, POLLING, TEXT, RawFrame


def test_a_client_that_answers_pings_stays_and_one_that_does_not_goes(
    brisk_server, open_client_of, eventually
):
    alive, silent = (open_client_of(brisk_server.port).join() for _ in range(2))
    for number in range(3):
        assert alive.frame() == (FINAL | TEXT, b"2")
        alive.say("3")
        alive.say(f'42["echo",{number}]')
        assert alive.frame() == (FINAL | TEXT, f'42["echo",{number}]'.encode())  # one ping a time
    reason = eventually(lambda: brisk_server.get("/stat")["gone"].get(silent.sid))
    assert reason == "ping timeout"
    assert alive.ask("echo", "still here") == ["still here"]


def test_who_is_in_no_namespace_is_closed_in_time(brisk_server, open_client_of):
    leaver = open_client_of(brisk_server.port).join()
    never = open_client_of(brisk_server.port)
    session = never.open_session()
    status, body = brisk_server.request("GET", POLLING)
    assert status == 200
    polling = f"{POLLING}&sid={json.loads(body[1:])['sid']}"

    closing = never.read_closing()
    assert (closing.code, closing.reason) == (1008, "no CONNECT in time")
    assert session["sid"] not in brisk_server.get("/stat")["sessions"]
    # It closed while this waited, or it is about to.
    while (answer := brisk_server.request("GET", polling)) == (200, "2"):
        pass  # a heartbeat
    assert answer[0] == 400 or answer == (200, "1")

    assert leaver.ask("echo", "in time") == ["in time"]
    leaver.say('42["leave"]')
    assert leaver.message() == "41"
    assert leaver.read_closing().reason == "no CONNECT in time"


def test_a_closing_handshake_ends_in_time_whatever_the_client_does(
    brisk_server, open_client_of, eventually
):
    deaf = open_client_of(brisk_server.port, buffer=4_096).join()
    deaf.say('42["blast",1000,8000]')
    eventually(lambda: brisk_server.get("/stat")["gone"].get(deaf.sid) == "slow consumer")

    clinging = open_client_of(brisk_server.port).join()
    clinging.send(RawFrame(CLOSE, b"\x03\xe8"))
    assert clinging.frame() == (FINAL | CLOSE, b"\x03\xe8")
    with pytest.raises(EOFError):
        clinging.frame()

    eventually(lambda: brisk_server.get("/stat")["open"] == 0)
    # The deaf one is reset: the kernel, too, forgets what was not read.
    with pytest.raises(ConnectionResetError):
        deaf.read_to_the_end()
