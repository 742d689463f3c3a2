"""What stands for functions that reach beyond a run otherwise than by a path: threads, and the state of the process."""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from typing import Any

from phantom_lab.errors import RunUnwound
from phantom_lab.isolation.room import ASK, Room, Whose
from phantom_lab.isolation.stand_ins import look_again, standing_in
from phantom_lab.isolation.whose import begins, imports_for

Original = Callable[..., Any]

REFUSED = [
    ("end the process by", "os posix", "abort _exit"),
    ("end the process by", "faulthandler",
     "_sigsegv _sigabrt _sigfpe _fatal_error_c_thread _stack_overflow _read_null dump_traceback_later register enable"),
    ("change the process by", "os posix",
     "nice setpriority sched_setaffinity sched_setscheduler sched_setparam register_at_fork"),
    ("change the process by", "os posix", "setsid setpgid setpgrp chroot unshare setns tcsetpgrp login_tty"),
    ("change the process by", "os posix",
     "setuid seteuid setreuid setresuid setgid setegid setregid setresgid setgroups initgroups"),
    ("change the process by", "signal", "signal alarm setitimer siginterrupt set_wakeup_fd pthread_sigmask"),
    ("send a signal by", "signal", "raise_signal pidfd_send_signal"),
    ("send a signal by", "_thread", "interrupt_main"),
    ("run code after the run by", "atexit", "register"),
    ("change the terminal by", "termios tty", "tcsetattr tcsendbreak tcdrain tcflush tcflow tcsetwinsize"),
    ("change the terminal by", "_curses", "initscr setupterm"),
    ("write the history of the terminal by", "readline",
     "write_history_file append_history_file read_history_file clear_history add_history"),
    ("start a process by", "_posixsubprocess", "fork_exec"),
    ("make memory that processes share by", "_posixshmem", "shm_open shm_unlink"),
    ("open a file of its own by", "_gdbm dbm.gnu _dbm dbm.ndbm", "open"),
    ("open a socket by", "zmq.sugar.socket", "Socket.__init__"),
]
"""A verb, modules and the functions in them that playbook code is refused."""

DEBUGGER = tuple(f"{os.path.dirname(os.__file__)}/{one}.py" for one in ("bdb", "pdb"))
"""What ``breakpoint()`` comes to, with which people look into playbooks."""
_PUTS_BACK = (*DEBUGGER, f"{os.path.dirname(os.__file__)}/asyncio/runners.py")
"""Modules that put back what they change of the process."""

LIBRARIES = {
    **dict.fromkeys(("zmq", "pycurl", "_pycurl", "pycares", "_cares", "uvloop", "grpc", "confluent_kafka", "rdkafka"),
                    "its own code in C opens sockets"),
    **dict.fromkeys(("psycopg2", "psycopg_c", "pymssql", "_mssql", "pyodbc", "cx_Oracle", "oracledb", "MySQLdb",
                     "_mysql", "_mysql_connector", "ibm_db", "_ldap"), "its own code in C opens connections"),
    **dict.fromkeys(("_tkinter", "_curses"), "it takes the screen"),
}
"""Libraries that the interpreter sees nothing of; why they are not imported."""


_threads: weakref.WeakKeyDictionary[threading.Thread, str] = weakref.WeakKeyDictionary()
"""Those that playbook code has started, and where."""


def refused(verb: str, name: str, who: Whose, original: Original, *args: Any, **kwargs: Any) -> Any:
    """Refuse it, unless a library asks for it while it is imported: what that sets up is the process's."""
    if who.importing or sys._getframe(2).f_code.co_filename in _PUTS_BACK:
        return original(*args, **kwargs)
    raise who.room.refused(who, verb, name, "the process goes on after the run", ASK)


def refuse_library(who: Whose, name: str) -> None:
    """Refuse the import of what the interpreter sees nothing of.

    Raises:
        RefusedError: it is one of these.
    """
    top = name.partition(".")[0]
    if (why := LIBRARIES.get(top) or LIBRARIES.get(f"_{top}")) is not None:  # the C module of one that is loaded
        raise who.room.refused(who, "import", name, f"{why}, past all that watches here", ASK)


@imports_for
def imported(who: Whose, original: Original, name: Any, package: Any = None) -> Any:
    """``importlib.import_module``."""
    if isinstance(name, str):
        refuse_library(who, name)
    found = original(name, package)
    look_again()
    return found


def thread_started(who: Whose, original: Original, thread: threading.Thread) -> None:
    """``Thread.start``: it stays the playbook's, and its invocation's."""
    if not who.importing:
        _threads[thread] = who.where
        thread.run = carried(thread.run, copy_context(), who)  # type: ignore[method-assign]
    original(thread)


def threads() -> list[str]:
    """Where playbook code started threads for whose end Python would wait, as ``file:line``."""
    return [where for thread, where in list(_threads.items()) if thread.is_alive() and not thread.daemon]


def function_started(who: Whose, original: Original, function: Any, *args: Any, **kwargs: Any) -> Any:
    """``_thread.start_new_thread``."""
    return original(carried(function, copy_context(), who), *args, **kwargs)


def finalizer_made(who: Whose, original: Original, self: Any, of: Any, function: Any, /, *args: Any,
                   **kwargs: Any) -> None:
    """``weakref.finalize``: what is called once its object has gone stays the playbook's."""
    original(self, of, function if who.importing else _left(function, who), *args, **kwargs)


def carried(function: Callable[..., Any], context: Context, started: Whose) -> Callable[..., Any]:
    """What stands for a function that is called later, or in another thread: it stays the playbook's."""
    room, where = started.room, started.where

    def call(*args: Any, **kwargs: Any) -> Any:
        return _carry(function, args, kwargs, context, room, where)

    return call


def _left(function: Callable[..., Any], started: Whose) -> Callable[..., Any]:
    """The same for a function that the process keeps: it keeps no run alive."""
    room, where = weakref.ref(started.room), started.where

    def call(*args: Any, **kwargs: Any) -> Any:
        return _carry(function, args, kwargs, Context(), room() or Room.left(), where)

    return call


@begins
def _carry(function: Callable[..., Any], args: Any, kwargs: Any, context: Context, room: Room, where: str) -> Any:
    """In its starter's context: lines are filed under the invocation that started it.

    Once the run has ended, it ends quietly at its next ``phantom.*`` call.
    """
    with standing_in(), suppress(RunUnwound):
        return context.copy().run(function, *args, **kwargs)
