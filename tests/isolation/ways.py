"""Every way out of a playbook that is known, as lines of a block, by what becomes of it.

They run in a folder of the machine's that holds ``real.txt``, ``real/inner.txt``, ``real.db`` and an ``empty`` folder;
``package_…`` are modules of the machine's. ``OWN`` makes ``own.txt`` and ``mine/inner.txt``, which are the run's.
"""

from __future__ import annotations

from dataclasses import dataclass

OWN = "open('own.txt', 'w').close(); os.makedirs('mine'); open('mine/inner.txt', 'w').close()\n"
REFUSED, CONTAINED, RECORDED, OPEN, SHOWN = "refused", "contained", "recorded", "open", "shown"
FATES = {
    REFUSED: "An error is raised where it is tried, and a row of the receipt tells of it.",
    CONTAINED: "It is done to what is the run's own, and nothing of it is left. A row of the receipt tells of it.",
    RECORDED: "The machine is read. The run says so: executed again elsewhere, it may go another way.",
    OPEN: "Nobody sees it: it needs a wall around the process.",
}
WALLED = {
    REFUSED: "As without; and the walls hold it, should it get past Python's.",
    CONTAINED: "Nothing of it is seen outside of the walls, which the command names at its end.",
    RECORDED: "As without.",
    SHOWN: "It goes to the output of the command, which its user reads.",
}
"""The same with ``--isolated``."""
_OUTPUT = ("os.write(1, b'way')",)


@dataclass(frozen=True)
class Way:
    """One way: a chapter of the page, what is done, and what becomes of it."""

    chapter: str
    code: str
    fate: str
    needs: str = ""
    """A module that not every machine has."""

    @property
    def walled(self) -> str:
        """What becomes of it with ``--isolated``."""
        if self.code in _OUTPUT:
            return SHOWN
        return CONTAINED if self.fate == OPEN or "AF_UNIX" in self.code else self.fate


def _ways(chapter: str, fate: str, text: str, before: str = "") -> list[Way]:
    """One way a line; `` ; `` stands for a line's end, and ``[module]`` in front for what it needs."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        needs, _, code = line.removeprefix("[").partition("] ") if line.startswith("[") else ("", "", line)
        found.append(Way(chapter, before + code.replace(" ; ", "\n"), fate, needs))
    return found


WAYS = [
    *_ways("New files and folders", CONTAINED, """
        open('new.txt', 'w').write('x')
        open('new.txt', 'x').write('x')
        open('new.txt', 'ab').write(b'x')
        open('{}.{}'.format('new', 'txt'), 'w').write('x')
        open(os.path.join('real', 'new.txt'), 'w').write('x')
        open(b'new.txt', 'w').write('x')
        open(os.fspath(pathlib.Path('real') / '..' / 'new.txt'), 'w').write('x')
        open(type('Place', (), {'__fspath__': lambda self: 'new.txt'})(), 'w').write('x')
        open(os.path.expanduser('~/way.txt'), 'w').write('x')
        open(os.path.abspath('new.txt'), 'w').write('x')
        open('/tmp/way-new.txt', 'w').write('x')
        open('/opt' + '/phantom/vault/tmp/new.txt', 'w').write('x')
        print('x', file=open('new.txt', 'w'))
        io.open('new.txt', 'w').write('x')
        codecs.open('new.txt', 'w', 'utf-8').write('x')
        os.write(os.open('new.txt', os.O_CREAT | os.O_WRONLY), b'x')
        os.write(os.open('new.txt', os.O_CREAT | os.O_WRONLY, dir_fd=os.open('real', os.O_RDONLY)), b'x')
        pathlib.Path('new.txt').write_text('x')
        pathlib.Path.home().joinpath('way.txt').write_bytes(b'x')
        pathlib.Path('new.txt').touch()
        pathlib.Path('new').mkdir()
        os.mkdir('new')
        os.makedirs('new/folder/below')
        os.mkfifo('new')
        os.symlink('real.txt', 'new')
        pathlib.Path('new').symlink_to('real')
        os.link('real.txt', 'new')
        tempfile.mkstemp()
        tempfile.mkdtemp()
        tempfile.mkdtemp(dir='.')
        tempfile.TemporaryFile().write(b'x')
        tempfile.NamedTemporaryFile().write(b'x')
        tempfile.NamedTemporaryFile(delete=False).write(b'x')
        tempfile.SpooledTemporaryFile(max_size=1).write(b'xx')
        with tempfile.TemporaryDirectory() as new: open(new + '/x', 'w').write('x')
        shutil.copy('real.txt', 'new.txt')
        shutil.copytree('real', 'new')
        shutil.make_archive('new', 'zip', 'real')
        csv.writer(open('new.csv', 'w', newline='')).writerow([1, 2])
        json.dump({}, open('new.json', 'w'))
        import pickle ; pickle.dump({}, open('new', 'wb'))
        import zipfile ; zipfile.ZipFile('new.zip', 'w').writestr('x', 'x')
        import tarfile ; tarfile.open('new.tar', 'w').add('real.txt')
        import gzip ; gzip.open('new.gz', 'wb').write(b'x')
        import bz2 ; bz2.open('new.bz2', 'wb').write(b'x')
        import lzma ; lzma.open('new.xz', 'wb').write(b'x')
        import dbm.dumb, shelve ; shelve.Shelf(dbm.dumb.open('new')).close()
        import dbm.dumb ; dbm.dumb.open('new', 'c')['a'] = 'b'
        import configparser ; configparser.ConfigParser().write(open('new.ini', 'w'))
        import xml.etree.ElementTree as tree ; tree.ElementTree(tree.Element('a')).write('new.xml')
        import logging ; handler = logging.FileHandler('new.log') ; handler.close()
        import wave ; new = wave.open('new.wav', 'w') ; new.setparams((1, 1, 1, 0, 'NONE', '')) ; new.close()
        import mailbox ; mailbox.mbox('new.mbox').flush() or mailbox.Maildir('new')
        import urllib.request ; urllib.request.urlretrieve('file:' + os.path.abspath('real.txt'), 'new')
        sqlite3.connect('new.db').execute('create table t (a)')
        sqlite3.connect('file:new.db?mode=rwc', uri=True).execute('create table t (a)')
        sqlite3.dbapi2.connect('new.db').execute('create table t (a)')
        [pandas] import pandas ; pandas.DataFrame([{'a': 1}]).to_csv('new.csv')
        [numpy] import numpy ; numpy.save('new.npy', numpy.zeros(3))
        exec("open('new.txt', 'w').write('x')")
        eval(compile("open('new.txt', 'w').write('x')", 'anything', 'eval'))
        (lambda: open('new.txt', 'w').write('x'))()
        mine = __builtins__['open'] ; mine('new.txt', 'w').write('x')
        import importlib ; importlib.import_module('io').open('new.txt', 'w').write('x')
        os.chdir('/tmp') ; open('way-new.txt', 'w').write('x')
        os.chdir('real')
        os.fchdir(os.open('real', os.O_RDONLY))
    """),
    *_ways("What the run has made", CONTAINED, """
        os.remove('own.txt')
        pathlib.Path('own.txt').unlink()
        os.rename('own.txt', 'new.txt')
        os.replace('own.txt', 'mine/inner.txt')
        shutil.move('mine', 'new')
        shutil.rmtree('mine')
        os.truncate('own.txt', 5)
        os.chmod('own.txt', 0o600)
        os.utime('own.txt', (0, 0))
        os.open('own.txt', os.O_RDWR | os.O_TRUNC)
        import mmap ; os.truncate('own.txt', 9) ; mmap.mmap(os.open('own.txt', os.O_RDWR), 0)[0] = 1
        import fileinput ; [print('x') for line in fileinput.input('own.txt', inplace=True)]
    """, OWN),
    *_ways("What the machine has", REFUSED, """
        open('real.txt', 'w')
        open('real.txt', 'a')
        open('real.txt', 'r+')
        open(b'real.txt', 'wb')
        open(os.path.abspath('real.txt'), 'w')
        open('real/../real.txt', 'w')
        os.symlink('real.txt', 'link') ; open('link', 'w')
        os.symlink(os.getcwd(), '/tmp/way-link') ; open('/tmp/way-link/real.txt', 'w')
        os.open('real.txt', os.O_WRONLY)
        os.open('real.txt', os.O_RDONLY | os.O_TRUNC)
        os.open('inner.txt', os.O_WRONLY, dir_fd=os.open('real', os.O_RDONLY))
        pathlib.Path('real.txt').write_text('x')
        pathlib.Path('real.txt').touch()
        pathlib.Path('real.txt').rename('new.txt')
        pathlib.Path('real.txt').unlink()
        pathlib.Path('real.txt').chmod(0)
        os.remove('real.txt')
        os.unlink('inner.txt', dir_fd=os.open('real', os.O_RDONLY))
        os.rmdir('empty')
        os.removedirs('empty')
        os.rename('real.txt', 'new.txt')
        os.rename('real', 'new')
        os.renames('real.txt', 'new/new.txt')
        open('own.txt', 'w').close() ; os.replace('own.txt', 'real.txt')
        open('own.txt', 'w').close() ; shutil.copy('own.txt', 'real.txt')
        shutil.move('real.txt', 'new.txt')
        shutil.rmtree('real', ignore_errors=True)
        os.truncate('real.txt', 0)
        os.link('real.txt', 'new') ; open('real.txt', 'w')
        os.chmod('real.txt', 0)
        os.fchmod(os.open('real.txt', os.O_RDONLY), 0)
        os.chown('real.txt', 1, 1)
        os.utime('real.txt', (0, 0))
        os.utime(os.open('real.txt', os.O_RDONLY), (0, 0))
        os.setxattr('real.txt', 'user.way', b'x')
        sqlite3.connect('real.db').execute('insert into t values (1)')
        sqlite3.connect('real.db').execute('drop table t')
        sqlite3.connect(':memory:').execute("attach 'real.db' as other")
        sqlite3.connect('real.db').execute("vacuum into 'new.db'")
        import _io ; _io.open('real.txt', 'w')
        io.FileIO('real.txt', 'w')
        io.FileIO('new.txt', 'w')
        import posix ; posix.open('real.txt', os.O_WRONLY)
        import posix ; posix.unlink('real.txt')
        import posix ; posix.rename('real.txt', 'new.txt')
        import posix ; posix.mkdir('new')
        import posix ; posix.symlink('a', 'new')
        import posix ; posix.chdir('real')
        import py_compile ; py_compile.compile('package_quiet.py', 'new.pyc', doraise=True)
        import _sqlite3 ; _sqlite3.Connection('real.db')
        import fileinput ; [print('x') for line in fileinput.input('real.txt', inplace=True)]
        exec("os.remove('real.txt')")
        threads(lambda: os.remove('real.txt'))
        import contextvars ; contextvars.Context().run(os.remove, 'real.txt')
        from concurrent.futures import ThreadPoolExecutor ; ThreadPoolExecutor().submit(os.remove, 'real.txt').result()
        import asyncio ; asyncio.run(asyncio.to_thread(os.remove, 'real.txt'))
        import _thread ; import time ; _thread.start_new_thread(swallowing, (os.remove, 'real.txt')) ; waiting()
        import weakref ; weakref.finalize(Late(), swallowing, os.remove, 'real.txt')
        Late.__del__ = lambda self: swallowing(os.remove, 'real.txt') ; Late()
    """),
    *_ways("Places beyond", REFUSED, """
        open('/usr/way-new.txt', 'w')
        os.mkdir('/usr/way-new')
        os.symlink('real', '/usr/way-new')
        os.mkfifo('/usr/way-new')
        shutil.copy('real.txt', '/usr/way-new.txt')
        shutil.copytree('real', '/usr/way-new')
        tempfile.mkstemp(dir='/usr')
        sqlite3.connect('/usr/way-new.db').execute('create table t (a)')
        import logging ; logging.FileHandler('/usr/way-new.log')
        open('/proc/self/oom_score_adj', 'w').write('0')
        open('/dev/shm/way-new', 'w')
        open('/dev/tty', 'w').write('x')
    """),
    *_ways("Other programs and processes", REFUSED, """
        import subprocess ; subprocess.run(['true'])
        import subprocess ; subprocess.getoutput('true')
        os.system('true')
        os.popen('true')
        os.execv('/bin/true', ['true'])
        os.posix_spawn('/bin/true', ['true'], {})
        os.spawnv(os.P_WAIT, '/bin/true', ['true'])
        os.fork() or os._exit(0)
        os.forkpty()
        import pty ; pty.spawn(['true'])
        import webbrowser ; webbrowser.GenericBrowser('true').open('http://127.0.0.1:9')
        import asyncio ; asyncio.run(asyncio.create_subprocess_exec('true'))
        import multiprocessing ; multiprocessing.get_context('fork').Process(target=print).start()
        import multiprocessing ; multiprocessing.get_context('spawn').Process(target=os.getpid).start()
        import multiprocessing ; multiprocessing.get_context('forkserver').Process(target=os.getpid).start()
        import multiprocessing ; multiprocessing.get_context('spawn').Pool(1)
        import multiprocessing ; multiprocessing.Manager()
        from concurrent.futures import ProcessPoolExecutor ; ProcessPoolExecutor(1).submit(print).result()
        from multiprocessing import shared_memory ; shared_memory.SharedMemory(create=True, size=10)
        import _posixsubprocess ; _posixsubprocess.fork_exec()
        os.kill(os.getpid(), 0)
        os.killpg(0, 0)
        import signal ; signal.raise_signal(0)
    """),
    *_ways("The network", REFUSED, """
        socket.create_connection(('127.0.0.1', 9))
        socket.socket().connect(('127.0.0.1', 9))
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))
        socket.socket(socket.AF_UNIX).connect('/tmp/way-none')
        socket.socket(socket.AF_UNIX).bind('/tmp/way-new')
        socket.create_server(('127.0.0.1', 0))
        socket.getaddrinfo('localhost', 9)
        socket.gethostbyname('localhost')
        import _socket ; _socket.socket()
        import urllib.request ; urllib.request.urlopen('http://127.0.0.1:9')
        import http.client ; http.client.HTTPConnection('127.0.0.1:9').request('GET', '/')
        import smtplib ; smtplib.SMTP('127.0.0.1', 9)
        import ftplib ; ftplib.FTP('127.0.0.1')
        import imaplib ; imaplib.IMAP4('127.0.0.1', 9)
        import poplib ; poplib.POP3('127.0.0.1', 9)
        import xmlrpc.client ; xmlrpc.client.ServerProxy('http://127.0.0.1:9').x()
        import socketserver ; socketserver.TCPServer(('127.0.0.1', 0), None)
        import asyncio ; asyncio.run(asyncio.open_connection('127.0.0.1', 9))
        import logging.handlers ; logging.handlers.SysLogHandler(('127.0.0.1', 9))
        threads(lambda: socket.create_connection(('127.0.0.1', 9)))
        [zmq] import zmq
        [zmq] import importlib ; importlib.import_module('zmq')
        [zmq] __import__('zmq')
    """),
    *_ways("Code in C", REFUSED, """
        import ctypes ; ctypes.CDLL(None)
        import ctypes ; ctypes.CDLL('libc.so.6')
        import ctypes ; ctypes.pythonapi.PyRun_SimpleString
        import ctypes.util ; ctypes.util.find_library('c')
    """),
    *_ways("The process", REFUSED, """
        os.nice(0)
        os.setpriority(os.PRIO_PROCESS, 0, 0)
        os.sched_setaffinity(0, {0})
        os.setsid()
        os.setpgid(0, 0)
        os.chroot('.')
        os.setuid(os.getuid())
        os.abort()
        os._exit(3)
        import posix ; posix._exit(3)
        os.register_at_fork(before=print)
        import signal ; signal.signal(signal.SIGUSR1, print)
        import signal ; signal.alarm(0)
        import signal ; signal.setitimer(signal.ITIMER_REAL, 0)
        import signal ; signal.pthread_kill(__import__('threading').get_ident(), 0)
        import _thread ; _thread.interrupt_main()
        import atexit ; atexit.register(print)
        import sys ; sys.settrace(None)
        import sys ; sys.setprofile(None)
        import sys ; sys.addaudithook(print)
        import faulthandler ; faulthandler.enable()
        import faulthandler ; faulthandler.dump_traceback_later(100, exit=True)
        import faulthandler ; faulthandler._sigsegv()
        import resource ; resource.setrlimit(resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE))
        import syslog ; syslog.syslog('x')
        import termios ; termios.tcsetattr(0, 0, [])
        import tty ; tty.tcsetattr(0, 0, [])
        [readline] import readline ; readline.write_history_file('new')
        [readline] import readline ; readline.add_history('x')
        [_curses] import curses
        [_tkinter] import tkinter
    """),
    *_ways("The process", CONTAINED, """
        os.environ['WAY'] = 'x'
        os.environ.pop('HOME')
        os.putenv('WAY', 'x')
        os.umask(0)
        os.umask(0o77) ; os.mkdir('new')
    """),
    *_ways("A library, while it is imported", REFUSED, """
        import package_removes
        import package_connects
        import package_starts
    """),
    *_ways("A library, while it is imported", CONTAINED, """
        import package_writes
    """),
    *_ways("What is read", RECORDED, """
        open('real.txt').read()
        open(os.path.abspath('real.txt'), 'rb').read()
        pathlib.Path('real.txt').read_text()
        os.read(os.open('real.txt', os.O_RDONLY), 9)
        io.FileIO('real.txt').read()
        os.listdir()
        os.listdir(b'real')
        list(os.scandir('real'))
        list(os.walk('.'))
        list(pathlib.Path('.').rglob('*'))
        __import__('glob').glob('*.txt')
        sqlite3.connect('real.db').execute('select * from t').fetchall()
        import urllib.request ; urllib.request.urlopen('file:' + os.path.abspath('real.txt')).read()
        shutil.copyfile('real.txt', '/opt/phantom/vault/tmp/x')
        import fileinput ; list(fileinput.input('real.txt'))
    """),
    *_ways("What nobody sees", OPEN, """
        os.path.exists('real.txt')
        os.write(1, b'way')
        os.closerange(4000, 4001)
        import json ; json.way = 1 ; del json.way
        import sys ; sys.path.append('way') ; sys.path.remove('way')
        import sys ; sys.modules['way'] = None ; del sys.modules['way']
        import sys ; sys.setswitchinterval(sys.getswitchinterval())
        import gc ; gc.callbacks.append(print) ; gc.callbacks.remove(print)
        import logging ; handler = logging.NullHandler() ; logging.getLogger('way').addHandler(handler)
        import warnings ; warnings.filters
        import locale ; locale.setlocale(locale.LC_ALL, None)
        import socket ; socket.setdefaulttimeout(socket.getdefaulttimeout())
        import ctypes ; ctypes.memset(ctypes.create_string_buffer(1), 0, 1)
    """),
]
