"""What is not good Socket.IO ends the connection; what is the application's fault does not."""

import json

import pytest
from kernel.realtime.raw_client import BINARY, RawFrame

MALFORMED, AGAINST_THE_RULES = 1002, 1008


def deep(levels):
    return "[" * levels


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        pytest.param(["abc"], MALFORMED, id="no Engine.IO packet"),
        pytest.param([""], MALFORMED, id="empty message"),
        pytest.param(["9"], MALFORMED, id="unknown Engine.IO type"),
        pytest.param(["4"], MALFORMED, id="empty Socket.IO packet"),
        pytest.param(["4abc"], MALFORMED, id="unknown Socket.IO type"),
        pytest.param(['4{"a":1}'], MALFORMED, id="an object for a packet"),
        pytest.param(["4" + deep(90_000)], MALFORMED, id="deep JSON for a packet"),
        pytest.param(["42" + deep(90_000)], MALFORMED, id="deep JSON for a payload"),
        pytest.param(["42{}"], MALFORMED, id="payload not an array"),
        pytest.param(["42"], MALFORMED, id="no payload"),
        pytest.param(["42[]"], MALFORMED, id="event without a name"),
        pytest.param(["42[1]"], MALFORMED, id="name a number"),
        pytest.param(['42[["echo"]]'], MALFORMED, id="name an array"),
        pytest.param(['42["connect",{}]'], MALFORMED, id="reserved name connect"),
        pytest.param(['42["disconnect"]'], MALFORMED, id="reserved name disconnect"),
        pytest.param(['42["*"]'], MALFORMED, id="reserved name *"),
        pytest.param([f'42["{"n" * 129}"]'], AGAINST_THE_RULES, id="long name"),
        pytest.param(['42abc["echo",1]'], MALFORMED, id="bad acknowledgement id"),
        pytest.param(['429007199254740992["echo",1]'], MALFORMED, id="vast acknowledgement id"),
        pytest.param(['42["echo",'], MALFORMED, id="broken JSON"),
        pytest.param(["43[]"], MALFORMED, id="acknowledgement without an id"),
        pytest.param(["431{}"], MALFORMED, id="acknowledgement not an array"),
        pytest.param(["44{}"], MALFORMED, id="CONNECT_ERROR from a client"),
        pytest.param(["40"], MALFORMED, id="CONNECT twice"),
        pytest.param(['42/other,["echo",1]'], MALFORMED, id="event for a namespace not joined"),
        pytest.param(['459999999999-["echo"]'], AGAINST_THE_RULES, id="9,999,999,999 attachments"),
        pytest.param(['455-["echo"]'], AGAINST_THE_RULES, id="five attachments"),
        pytest.param(['421-["echo"]'], MALFORMED, id="attachments to a plain event"),
        pytest.param(['451-["echo"]', "42[1]"], MALFORMED, id="text between attachments"),
        pytest.param([b"\x00"], MALFORMED, id="attachment to nothing"),
        pytest.param(
            ['451-["echo",{"_placeholder":true,"num":7}]', b"\x00"],
            MALFORMED,
            id="placeholder out of range",
        ),
        pytest.param(
            ['451-["echo",{"_placeholder":true,"num":"x"}]', b"\x00"],
            MALFORMED,
            id="placeholder not a number",
        ),
    ],
)
def test_a_malformed_packet_ends_the_connection(open_client, messages, code):
    client = open_client().join()
    for message in messages:
        if isinstance(message, bytes):
            client.send(RawFrame(BINARY, message))
        else:
            client.say(message)
    closing = client.read_closing()
    assert (closing.code, closing.ended) == (code, True)


def test_a_violation_runs_the_disconnect_handler_once_for_real(open_client, server):
    client = open_client().join()
    client.say('42["disconnect"]')
    client.read_closing()
    assert server.get("/stat")["gone"][client.sid] == "transport error"


@pytest.mark.parametrize("message", ['42["echo",1]', "431[]", "4abc", '451-["echo"]'])
def test_nothing_is_heard_before_connect(open_client, message):
    client = open_client()
    client.open_session()
    client.say(message)
    closing = client.read_closing()
    assert (closing.code, closing.ended) == (MALFORMED, True)


def test_a_namespace_nobody_handles_is_refused_and_the_connection_stays(open_client):
    client = open_client().join()
    client.say("40/nobody,")
    assert client.message() == '44/nobody,{"message":"Invalid namespace"}'
    client.say("40/other,")
    assert client.message().startswith("40/other,")
    client.say('42/other,1["echo",2]')
    assert client.message() == "43/other,1[2]"


def test_a_refused_client_may_try_again_but_not_for_ever(open_client):
    client = open_client()
    client.open_session()
    for _ in range(3):
        client.say('40{"refuse":true}')
        assert client.message().startswith("44")
    client.say("40")
    closing = client.read_closing()
    assert (closing.code, closing.reason) == (AGAINST_THE_RULES, "too many CONNECT packets")


def test_the_server_hears_why_a_client_left(open_client, server, eventually):
    client = open_client().join()
    client.say("41")
    eventually(lambda: server.get("/stat")["gone"].get(client.sid) == "client disconnect")


def test_who_leaves_the_last_namespace_may_come_back_in_time(open_client):
    client = open_client().join()
    client.say("41")
    client.say("40")
    assert client.message().startswith("40")
    assert client.ask("echo", "back") == ["back"]


def test_an_answer_to_the_server_reaches_its_callback(open_client):
    client = open_client().join()
    client.say('42["send_with_callback"]')
    question = client.message()
    assert question == '421["ask"]'
    client.say('431["forty-two"]')
    assert client.message() == '42["answered","forty-two"]'


def test_a_fault_of_the_application_is_logged_and_does_not_end_the_connection(
    brisk_server, open_client_of
):
    client = open_client_of(brisk_server.port).join()
    client.say('42["crash"]')
    assert client.ask("echo", "still here") == ["still here"]
    assert "LookupError: a bug in the application" in brisk_server.log


def test_four_attachments_are_taken(open_client):
    client = open_client().join()
    places = [{"_placeholder": True, "num": number} for number in range(4)]
    client.say("454-" + json.dumps(["echo", *places]))
    for number in range(4):
        client.send(RawFrame(BINARY, bytes([number])))
    assert client.message().startswith('454-["echo",')
    assert [client.message() for _ in range(4)] == [b"\x00", b"\x01", b"\x02", b"\x03"]
