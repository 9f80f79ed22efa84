"""Messages to browsers: what is encrypted, and where they may go."""

import ipaddress
import os

import pytest
from push_service import Browser, PushService

from community.kernel.installed import installed
from community.kernel.push import (
    PushFault,
    check_endpoint,
    deliver,
    encrypted,
    fresh_keys,
    is_public,
    public_key,
    read_key,
)

INSIDE = (
    *("127.0.0.1", "10.0.0.8", "172.16.3.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fd00::1", "ff02::1"),  # noqa: S104
    *("::ffff:10.0.0.8", "64:ff9b::a00:8", "2002:a00:8::1", "2001:0:a00:8::1"),
    *("::127.0.0.1", "::10.0.0.8", "fec0::1", "::ffff:0:127.0.0.1", "64:ff9b:1::a00:8", "5f00::1"),
)


def test_another_library_reads_what_is_encrypted_and_nobody_else_does(tmp_path):
    browser = Browser(PushService(1, tmp_path))
    given = {name: browser.given[name] for name in ("p256dh", "auth")}
    for length in (0, 1, 200, 3_000):
        message = os.urandom(length)
        assert browser.read(encrypted(message, **given)) == message
    other = Browser(PushService(1, tmp_path))
    with pytest.raises(Exception, match="Decryption"):
        other.read(encrypted(b"x", **given))


@pytest.mark.usefixtures("inside")
def test_a_pair_of_keys_belongs_together_and_what_is_none_is_refused():
    private, public = fresh_keys()
    assert len(private) == 43
    assert len(public) == 87
    assert fresh_keys()[0] != private
    read_key(private)
    assert len(public_key()) == 87
    for wrong in ("", "x", private + "=", "!" * 43, private[:-2]):
        with pytest.raises(ValueError, match="it is no"):
            read_key(wrong)


def test_what_lies_in_a_network_is_told_from_the_open_internet():
    for address in INSIDE:
        assert not is_public(ipaddress.ip_address(address)), address
    for address in ("9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9"):
        assert is_public(ipaddress.ip_address(address)), address


@pytest.mark.usefixtures("inside")
def test_only_addresses_that_a_push_service_can_have_are_taken():
    for good in ("https://push.example.org/a/b?c=d", "https://9.9.9.9/x", "https://a.org:443/x"):
        assert check_endpoint(good).geturl() == good
    for wrong in (
        *("", "push", "http://push.example.org/", "ftp://push.example.org/", "https://"),
        *("https://me@push.example.org/", "https://a.org:8443/", "https://a.org/#x"),
        *("https://a.org/\r\nHost: b", "https://a.org/ x", "https://a.org/é", "https://a.org:x/"),
        *(f"https://[{each}]/" if ":" in each else f"https://{each}/" for each in INSIDE),
        "https://a.org/" + "x" * 1_000,
    ):
        with pytest.raises(ValueError, match=r".+"):
            check_endpoint(wrong)


@pytest.mark.usefixtures("inside")
def test_a_name_that_leads_into_the_own_network_is_not_connected_to(tmp_path):
    given = Browser(PushService(1, tmp_path)).given | {"endpoint": "https://localhost/push"}
    assert "localhost" not in installed().settings.push_hosts
    with pytest.raises(PushFault, match="inside a network"):
        deliver(message={"title": "x"}, topic="x", **given)
