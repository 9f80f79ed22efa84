"""Where a request comes from, as limits count it."""

import ipaddress

from flask import request

NETWORK = 64  # bits of IPv6 that one household has for itself


def client_address() -> str:
    """Return the address a request comes from; of IPv6 the network, all of which is one client's.

    Which proxies are believed about it is settled before (``COMMUNITY_TRUSTED_PROXIES``).
    """
    said = request.remote_addr or "127.0.0.1"
    try:
        address = ipaddress.ip_address(said.partition("%")[0])
    except ValueError:
        return said
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, NETWORK), strict=False))
