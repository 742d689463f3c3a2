"""Calls of the system that no namespace holds back, refused to a whole process: a filter made by libseccomp.

A socket that is a file is found by its path wherever the folder can be read, and some families of sockets reach the
host of a virtual machine, or the kernel. A terminal is its user's, also for what only has it as output. The kernel
keeps keys for a user, not for a process.
"""

from __future__ import annotations

import ctypes
import errno
import socket
import termios
from typing import Any

_LIBRARY = "libseccomp.so.2"
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_UP_TO, _MORE, _MASKED = 3, 6, 7
"""How an argument is compared: ``SCMP_CMP_LE``, ``SCMP_CMP_GT`` and ``SCMP_CMP_MASKED_EQ`` of libseccomp."""
_INT = 0xFFFFFFFF
"""The kernel looks at no more of an argument that is an ``int``."""
_KIND = 0xF
"""The bits of a socket's type that say which it is; one of a pair sends to any path, where it is for datagrams."""
_NETLINK = 16
"""The last family of those that a namespace of the network has of its own."""
_TERMINAL = ("TIOCSTI", "TIOCLINUX", "TIOCSCTTY", "TIOCSWINSZ", "TCSETS", "TCSETSW", "TCSETSF", "TCSETA", "TCSETAW",
             "TCSETAF")
"""Requests that type into a terminal, take it, or change how it works."""
_CHANGED_ANEW = (0x402C542B, 0x402C542C, 0x402C542D)
"""``TCSETS2``, ``TCSETSW2`` and ``TCSETSF2``, which Python has no names for."""
_WHOLE = ("io_uring_setup", "add_key", "request_key", "keyctl")
"""Refused whatever is asked for; the first does without the others what these are refused."""


class _Argument(ctypes.Structure):
    """``struct scmp_arg_cmp``."""

    _fields_ = (("number", ctypes.c_uint), ("how", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


def write_filter(number: int) -> bool:
    """Write the filter to an open file, as bubblewrap reads it; False where the system has no libseccomp."""
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return False
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint,
                                               ctypes.POINTER(_Argument)]
    made = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_ALLOW)))
    try:
        return _fill(library, made) and bool(library.seccomp_export_bpf(made, number) == 0)
    finally:
        library.seccomp_release(made)


def _fill(library: Any, made: ctypes.c_void_p) -> bool:
    requests = [getattr(termios, one) for one in _TERMINAL if hasattr(termios, one)]
    rules = [("socket", _Argument(0, _UP_TO, socket.AF_UNIX, 0)), ("socket", _Argument(0, _MORE, _NETLINK, 0)),
             *[("socketpair", _Argument(1, _MASKED, _KIND, one)) for one in (socket.SOCK_DGRAM, socket.SOCK_RAW)],
             *[("ioctl", _Argument(1, _MASKED, _INT, one)) for one in (*requests, *_CHANGED_ANEW)],
             *[(one, None) for one in _WHOLE]]
    return all(_refuse(library, made, *one) for one in rules)


def _refuse(library: Any, made: ctypes.c_void_p, name: str, argument: _Argument | None) -> bool:
    number = library.seccomp_syscall_resolve_name(name.encode())
    count, given = (0, None) if argument is None else (1, ctypes.byref(argument))
    return number < 0 or bool(  # a machine that has no such call
        library.seccomp_rule_add_array(made, _REFUSE, number, count, given) == 0)
