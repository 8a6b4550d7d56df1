"""Which addresses are public, and how names and odd spellings become addresses."""

import socket
import threading
import time
from ipaddress import ip_address

import pytest

from lib.addresses import is_public, resolve
from lib.errors import Invalid, Unavailable

NOT_PUBLIC = """
    0.0.0.0 0.255.255.255
    10.0.0.0 10.255.255.255
    100.64.0.0 100.127.255.255 100.100.100.200
    127.0.0.1 127.255.255.255
    168.63.129.16
    169.254.0.0 169.254.169.254 169.254.255.255
    172.16.0.0 172.31.255.255
    192.0.0.0 192.0.0.9 192.0.0.192 192.0.0.255
    192.0.2.1
    192.31.196.1 192.52.193.1 192.175.48.1
    192.88.99.1
    192.168.0.0 192.168.255.255
    198.18.0.0 198.19.255.255
    198.51.100.1 203.0.113.1
    224.0.0.1 239.255.255.255
    240.0.0.1 255.255.255.254 255.255.255.255
    :: ::1
    ::8.8.8.8 ::127.0.0.1
    ::ffff:8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1
    64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:0:0:1::8.8.8.8
    64:ff9b:1::8.8.8.8 64:ff9b:1:ffff:ffff:ffff:ffff:ffff
    100::1 1000::1
    2001::1 2001:0:53aa:64c::1 2001:2::1 2001:10::1 2001:20::1 2001:1ff:ffff::1
    2001:db8::1 2001:db8:ffff::1 3fff::1 3fff:fff::1
    2002:808:808::1 2002:7f00:1::1
    2620:4f:8000::1 3ffe::1
    4000::1 5f00::1 e000::1
    fc00::1 fd00:ec2::254 fd20:ce::254 fdff::1
    fe80::1 fe80::1%eth0 febf::1
    fec0::1 feff::1
    ff00::1 ff02::1 ff0e::1
""".split()

PUBLIC = """
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1
    168.63.129.15 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.1 192.0.3.1
    192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
    2000::1 2001:200::1 2001:4860:4860::8888 2001:db7::1 2001:db9::1 2003::1 2606:4700::1111
    2620:4f:8001::1 3ffd::1 3fff:1000::1
    64:ff9b::8.8.8.8
""".split()


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_global_unicast_is_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_lies_beside_is_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "spelling",
    ["127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1"],
)
def test_odd_spellings_resolve_to_what_they_mean(spelling):
    assert resolve(spelling, 5) == [ip_address("127.0.0.1")]


def test_localhost_is_loopback_in_any_case():
    for name in ("localhost", "LOCALHOST"):
        assert all(address.is_loopback for address in resolve(name, 5)), name


def test_every_address_of_a_name_is_returned_once_in_order(monkeypatch):
    def both(host, port, **kinds):
        sockaddrs = [("8.8.8.8", 0), ("2606:4700::1111", 0, 0, 0), ("8.8.8.8", 0)]
        return [(0, socket.SOCK_STREAM, 6, "", sockaddr) for sockaddr in sockaddrs]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    assert resolve("both.test", 5) == [ip_address("8.8.8.8"), ip_address("2606:4700::1111")]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (socket.EAI_NONAME, Invalid),
        (socket.EAI_NODATA, Invalid),
        (socket.EAI_AGAIN, Unavailable),
        (socket.EAI_FAIL, Unavailable),
    ],
)
def test_an_unknown_name_is_the_callers_a_failing_resolver_is_not(monkeypatch, code, error):
    def fail(host, port, **kinds):
        raise socket.gaierror(code, "of the resolver's own")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(error, match=r"nowhere\.test") as caught:
        resolve("nowhere.test", 5)
    assert "of the resolver's own" not in caught.value.detail


def test_a_label_too_long_for_dns_is_no_host():
    with pytest.raises((Invalid, Unavailable)):
        resolve("a" * 300 + ".test", 5)


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch):
    done = threading.Event()

    def hang(host, port, **kinds):
        done.wait(5)
        raise socket.gaierror(socket.EAI_AGAIN, "")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        resolve("slow.test", 0.1)
    assert time.monotonic() - start < 1
    done.set()
