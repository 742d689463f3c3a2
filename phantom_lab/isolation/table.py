"""What is stood in for while runs execute, and by what."""

from __future__ import annotations

from functools import partial
from importlib import import_module

from phantom_lab.isolation import databases, files, opening, processes, repeating
from phantom_lab.isolation.stand_ins import Act, Row, stand_for


def _rows(modules: str, names: str, act: Act) -> list[Row]:
    return [Row(module, name, act) for module in modules.split() for name in names.split()]


_TABLE = [
    *_rows("builtins io", "open", opening.opened),
    *_rows("tarfile", "bltn_open", opening.opened),
    *_rows("tokenize bz2", "_builtin_open", opening.opened),
    *_rows("os", "open", opening.descriptor),
    *_rows("os", "stat access statvfs getxattr listxattr", files.looked_at),
    *_rows("os", "lstat readlink", files.link_looked_at),
    *_rows("glob", "_StringGlobber.lstat", files.link_looked_at),
    *_rows("glob", "_StringGlobber.scandir", files.listed),
    *_rows("os", "listdir scandir", files.listed),
    *_rows("os", "mkdir mkfifo mknod", files.made),
    *_rows("os", "symlink", files.linked),
    *_rows("os", "link", files.joined),
    *_rows("os", "chmod lchmod fchmod chown lchown fchown utime truncate ftruncate setxattr removexattr chflags "
           "lchflags", files.changed),
    *_rows("os", "remove unlink rmdir", files.removed),
    *_rows("os", "rename replace", files.moved),
    *_rows("os", "chdir fchdir", files.went),
    *_rows("os", "getcwd getcwdb", files.where),
    *_rows("os posix", "umask", opening.masked),
    *_rows("tempfile", "_RandomNameSequence.__next__", files.next_name),
    *_rows("tempfile", "_gettempdir", files.temporary),
    *_rows("tempfile", "_TemporaryFileCloser.close _TemporaryFileCloser.cleanup", files.closed),
    *_rows("_sqlite3 sqlite3 sqlite3.dbapi2", "connect", databases.connected),
    *_rows("threading", "Thread.start", processes.thread_started),
    *_rows("_thread", "start_new_thread start_new start_joinable_thread", processes.function_started),
    *_rows("weakref", "finalize.__init__", processes.finalizer_made),
    *_rows("importlib", "import_module", processes.imported),
    *_rows("time", "time", repeating.read),
    *_rows("time", "time_ns", repeating.read_exactly),
    *_rows("time", "localtime gmtime ctime", repeating.split),
    *_rows("time", "sleep", repeating.slept),
    *_rows("email.utils", "localtime", repeating.of_email),
    *_rows("os posix", "urandom getrandom", repeating.entropy),
    *_rows("random", "_urandom", repeating.entropy),
    *_rows("random", repeating.HIDDEN, repeating.drawn),
    *[Row(module, name, partial(processes.refused, verb, f"{module}.{name}"))
      for verb, modules, names in processes.REFUSED for module in modules.split() for name in names.split()],
]

for _built_in in ("atexit", "faulthandler", "signal"):  # importing one of these tells nobody
    import_module(_built_in)
stand_for(_TABLE)
