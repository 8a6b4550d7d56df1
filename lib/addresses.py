"""Which addresses a caller's URL may lead to: those of the public internet."""

import socket
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Thread

from lib.errors import Invalid, Unavailable

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Written out, since `is_global` differs between patch versions of Python, and calls multicast, 6to4 and
# NAT64 global. From IANA's registries of special purposes; where those name an exception that is
# reachable, such as anycast relays, no website is lost with it.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network; Linux connects 0.0.0.0 to itself
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared behind a provider's NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's agent on every virtual machine, though the address looks public
        "169.254.0.0/16",  # link-local, clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocols
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)

# The only block that global unicast is allocated from. Loopback, unspecified, IPv4 mapped and
# compatible, local NAT64, unique local, link-local, site-local and multicast lie outside.
_UNICAST_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocols: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which embeds IPv4
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the former 6bone
        "3fff::/20",  # documentation
    )
)

# Where there is IPv6 only, DNS64 answers with these for every site that has IPv4 only.
_NAT64 = IPv6Network("64:ff9b::/96")

_UNKNOWN = (socket.EAI_NONAME, socket.EAI_NODATA, socket.EAI_ADDRFAMILY)


def is_public(address: Address) -> bool:
    """Whether it is global unicast, and leads nowhere else by way of a translator."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in _UNICAST_6 and not any(address in network for network in _NOT_PUBLIC_6)


def resolve(host: str, timeout_s: float) -> list[Address]:
    """Every address of an ASCII host name, or of any spelling of an address, in the resolver's order.

    Raises:
        Invalid: nobody knows the name.
        Unavailable: the name can't be resolved just now.
        TimeoutError: no answer within `timeout_s`.
    """
    answer: Future[list[Address]] = Future()

    def ask() -> None:
        try:
            # As bytes, since Python would encode text once more, by older rules than httpx's.
            found = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)
            answer.set_result(list(dict.fromkeys(ip_address(entry[4][0]) for entry in found)))
        except OSError as error:
            answer.set_exception(error)

    # The resolver knows no time limit; whoever runs a name's servers could hold us for a minute.
    Thread(target=ask, name="resolve", daemon=True).start()
    try:
        return answer.result(timeout_s)
    except socket.gaierror as error:
        if error.errno in _UNKNOWN:
            raise Invalid(f"The host {host} doesn't exist.") from error
        raise Unavailable(f"The name {host} can't be resolved at the moment.") from error
