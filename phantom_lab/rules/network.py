"""Network automation API: addresses and networks. What is none is answered with False or None, never with an error."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.later import regex
from phantom_lab.rules.registry import emulates

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = regex(rf"({_OCTET}\.){{3}}{_OCTET}$")


@emulates("is_ip")
def is_ip(run: PlaybookRun, ip_str: Any) -> bool:
    """Whether a text is an IPv4 address; no IPv6 address is (observed)."""
    return isinstance(ip_str, str) and _IPV4.match(ip_str) is not None


@emulates("valid_ip")
def valid_ip(run: PlaybookRun, address: Any) -> bool:
    """Whether a text, or the bytes of one, is an IPv4 or IPv6 address (IPv6 assumed)."""
    return _address(address.decode("ascii", "replace") if isinstance(address, bytes) else address) is not None


@emulates("valid_net")
def valid_net(run: PlaybookRun, net: Any) -> bool:
    """Whether a text is a network; bits of a host may be set (observed), and a mere address is one (assumed)."""
    return _network(net) is not None


@emulates("address_in_network")
def address_in_network(run: PlaybookRun, ip: Any, net: Any) -> bool:
    """Whether an address lies in a network, in whose text bits of a host may be set (observed)."""
    address, network = _address(ip), _network(net)
    return address is not None and network is not None and address in network


@emulates("is_ip_in_subnet_")
def is_ip_in_subnet(run: PlaybookRun, ip: Any, network: Any, mask_len: Any) -> bool:
    """`address_in_network`, with the length of the mask apart."""
    if isinstance(mask_len, bool) or not isinstance(mask_len, int | str):
        return False
    return address_in_network(run, ip, f"{network}/{mask_len}")


@emulates("is_ip_in_range")
def is_ip_in_range(run: PlaybookRun, ip_to_check: Any, ip_range: Any) -> bool:
    """Whether an address lies in a range ``FIRST-LAST``, both included (assumed)."""
    address = _address(ip_to_check)
    first, last = map(_address, get_start_end_from_range_str(run, ip_range))
    if address is None or first is None or last is None or not address.version == first.version == last.version:
        return False
    return int(first) <= int(address) <= int(last)


@emulates("get_start_end_from_range_str")
def get_start_end_from_range_str(run: PlaybookRun, ip_range: Any) -> tuple[str | None, str | None]:
    """The first and the last address of ``FIRST-LAST``; a pair of None where it is no such range (assumed)."""
    first, _, last = (ip_range if isinstance(ip_range, str) else "").partition("-")
    first, last = first.strip(), last.strip()
    return (first, last) if _address(first) and _address(last) else (None, None)


@emulates("ip_to_int_")
def ip_to_int(run: PlaybookRun, ip: Any) -> int | None:
    """The number of an address; None where it is none (assumed)."""
    address = _address(ip)
    return None if address is None else int(address)


def _address(text: Any) -> IPv4Address | IPv6Address | None:
    with suppress(ValueError):
        return ip_address(text) if isinstance(text, str) else None
    return None


def _network(text: Any) -> IPv4Network | IPv6Network | None:
    with suppress(ValueError):
        return ip_network(text, strict=False) if isinstance(text, str) else None
    return None
