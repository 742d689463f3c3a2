"""What is private in what a run holds: by the name of the key that it stands under, or by its shape."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from phantom_lab.later import regex

CREDENTIALS, TOKENS, MAIL, USERS, PATHS = "credentials", "tokens", "mail", "users", "paths"
IPS, HASHES, HOSTS, OWN = "ips", "hashes", "hosts", "patterns"
KINDS = (CREDENTIALS, TOKENS, MAIL, USERS, PATHS)
"""What is replaced unless somebody keeps it."""
MORE = (IPS, HASHES, HOSTS)
"""What is kept unless somebody names it."""

_CREDENTIAL = regex(r"(^pass|password|passcode|passwd|passphrase|pwd|secret|token|apikey|authorization|cookie|"
                         r"privatekey|accesskey|secretkey|credential|credentials|sessionid|sessionkey)s?$")
_USERS = frozenset({
    "sourceusername", "destinationusername", "suser", "duser", "username", "user", "users", "usernames",
    "samaccountname", "accountname", "account", "owner", "ownername", "login", "loginname", "userprincipalname", "upn",
    "firstname", "lastname", "fullname", "assignee", "manager", "requester", "reportedby", "userid",
    "logonuser"})
_HOSTS = frozenset({
    "sourcehostname", "destinationhostname", "shost", "dhost", "hostname", "host", "devicehostname", "dvchost",
    "computername", "sourcednsdomain", "destinationdnsdomain", "devicednsdomain", "domain", "dnsdomain", "endpoint"})
COMMON = frozenset(re.findall(r"\S+", """
    admin administrator root system localsystem guest user users test unknown none null true false default public
    automation service nobody anonymous analyst soc security phishing abuse noreply no-reply do-not-reply support help
    helpdesk it-support postmaster hostmaster webmaster alerts alert billing sales news newsletter info team contact
    office mailer-daemon reports report service bounce collect notifications mail email events event new open closed
    resolved high medium low critical success failed error running pending local container artifact action list
    password secret token cookie authorization network label status name value key type id data results runner shared
    yes no on off pass
    """))
"""Words that name nobody, and hide nothing."""
_TOKEN = regex(
    r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{22,}|"
    r"\bxox[abprs]-[\w-]{10,}|\bAIza[\w-]{35}|\bsk[-_](?:live_|test_|proj-)?[\w-]{16,}|\bglpat-[\w-]{16,}", re.ASCII)
_BEARER = regex(r"\b(?:bearer|basic)\s+([\w.~+/=-]{8,})", re.IGNORECASE | re.ASCII)
_PRIVATE_KEY = regex(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(.{16,}?)-----END", re.DOTALL)
_SAID = regex(r"\b(?:\w*(?:password|passwd|pwd|passphrase|secret|api[_-]?key|token)|sessionid)[\"']?\s*[=:]\s*"
                   r"[\"']?([^\s\"'&,;<>(){}\[\]]{4,})", re.IGNORECASE)
_IN_URL = regex(r"://([^/\s:@\"']+):([^/\s@\"']+)@")
_SCHEME = regex(r"(?:bearer|basic|token|apikey|splunk)\s+(.+)", re.IGNORECASE | re.DOTALL)
_IN_COOKIE = regex(r"([\w.-]+)=([^;\s]{4,})")
_OF_COOKIE = frozenset({"path", "domain", "expires", "max-age", "samesite", "version"})
MAIL_ADDRESS = regex(r"(?<![\w.%+-])([^\W_](?:[\w.%+'-]{0,62}\w)?)@"
                          r"((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w-])")
_MAIL_DOMAIN = regex(r"(?<![\w.%+'-])@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w-])")
_DISPLAYED = regex(r"(?:^|[,;:\n])\s*\"?([^\W\d_][\w .'-]{1,58}[\w.])\"?\s*<[^<>\s@]+@[^<>\s@]+>")
_HOME = regex(r"(?:/home/|/Users/|[A-Za-z]:\\{1,2}Users\\{1,2})([^/\\\s\"':<>|*?]{1,64})")
_NAME = regex(r"[^\W_][\w.@$ '-]{0,62}[\w$]")
_DATAPATH = regex(r"[{}*]|:action_result|artifact:|playbook_input:|custom_function")
_RESERVED = regex(r"(?:.*\.)?(?:example\.(?:com|net|org)|example|test|invalid|localhost)", re.IGNORECASE)
_IP = regex(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)")
_IP6 = regex(r"(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\w:])")
_HASH = regex(r"(?<![\w])(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})(?![\w])")
_URL_HOST = regex(r"\bhttps?://(?:[^/\s@]*@)?([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")

Found = Iterator[tuple[str, str]]
"""Kinds, and what is of them."""


def is_credential(key: str) -> bool:
    """Whether what stands under a key lets somebody in."""
    return bool(_CREDENTIAL.search(_plain(key)))


def under(key: str, text: str) -> Found:
    """What is private in a text because of its key."""
    name, text = _plain(key), text.strip()
    if is_credential(key):
        for one in _credentials(name, text):
            if not (one.casefold() in COMMON or _DATAPATH.search(one) or not set(one) - set("*x•.")):
                yield CREDENTIALS, one
    elif name in _USERS:
        for one in re.split(r"[,;]\s*", text):
            user = one.rpartition("\\")[2]
            if _NAME.fullmatch(user) and not user.replace(".", "").isdigit() and not _DATAPATH.search(user):
                yield USERS, user.partition("@")[0] if MAIL_ADDRESS.fullmatch(user) else user
    elif name in _HOSTS and _NAME.fullmatch(text) and not _IP.fullmatch(text) and not _DATAPATH.search(text):
        yield HOSTS, text


def _credentials(name: str, text: str) -> Iterator[str]:
    if "cookie" in name and "=" in text:
        yield from (found[2] for found in _IN_COOKIE.finditer(text) if found[1].lower() not in _OF_COOKIE)
    elif text:
        found = _SCHEME.fullmatch(text)
        yield found[1] if found else text


def within(text: str) -> Found:
    """What is private in a text because of its shape."""
    for found in _TOKEN.finditer(text):
        yield TOKENS, found[0]
    for pattern in (_BEARER, _PRIVATE_KEY):
        yield from ((TOKENS, one[1]) for one in pattern.finditer(text) if _is_random(one[1]))
    yield from ((CREDENTIALS, one[1]) for one in _SAID.finditer(text) if _is_random(one[1])
                and not _DATAPATH.search(one[1]))
    for one in _IN_URL.finditer(text):
        yield from ((USERS, one[1]), (CREDENTIALS, one[2]))
    for one in MAIL_ADDRESS.finditer(text):
        yield USERS, one[1]
        if not _RESERVED.fullmatch(one[2]):
            yield MAIL, one[2]
    yield from ((MAIL, one[1]) for one in _MAIL_DOMAIN.finditer(text) if not _RESERVED.fullmatch(one[1]))
    yield from ((USERS, one[1]) for one in _DISPLAYED.finditer(text))
    yield from ((USERS, one[1]) for one in _HOME.finditer(text))
    yield from ((IPS, one[0]) for one in _IP.finditer(text))
    yield from ((IPS, one[0]) for one in _IP6.finditer(text) if _is_address(one[0]))
    yield from ((HASHES, one[0]) for one in _HASH.finditer(text))
    yield from ((HOSTS, one[1]) for one in _URL_HOST.finditer(text) if not _IP.fullmatch(one[1]))


def _is_address(text: str) -> bool:
    try:
        return len(text) > 4 and bool(ipaddress.ip_address(text))
    except ValueError:  # a time, or an address of hardware
        return False


def _is_random(text: str) -> bool:
    """Whether a text is no word of a language."""
    return any(one.isdigit() for one in text) or len(text) > 24


def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.lower())
