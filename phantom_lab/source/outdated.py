"""What later Pythons took away, and what stands for it today: the one list that runs and checks ask.

From the sections on removals in "What's New in Python" and from its notes on porting; a test holds it against the
interpreter that runs it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

from phantom_lab.later import dataclass

PYTHON_2 = (3, 0)
"""The first version without what is Python 2."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """Something that a later Python took away."""

    what: str
    since: tuple[int, int]
    """The first version without it."""
    today: str
    """What to write now; empty where nothing in particular stands for it."""

    @property
    def here(self) -> bool:
        """Whether the Python that runs the lab still has it."""
        return sys.version_info[:2] < self.since

    @property
    def is_python_2(self) -> bool:
        """Whether no Python 3 has it."""
        return self.since <= PYTHON_2

    @property
    def told(self) -> str:
        """What there is to say of it: ``Python 2, and today items()``."""
        today = f", and today {self.today}" if self.today else ""
        return ("Python 2" if self.is_python_2 else f"gone since Python {'.'.join(map(str, self.since))}") + today


def module(name: str) -> Outdated | None:
    """A module, or a package that it is in; None for one that is there today."""
    while name not in MODULES and "." in name:
        name = name.rpartition(".")[0]
    return MODULES.get(name)


def of_error(exc: BaseException) -> Outdated | None:
    """What is meant, where playbook code met that something is not there."""
    if isinstance(exc, ModuleNotFoundError):
        return module(exc.name or "")
    if isinstance(exc, NameError):
        return BUILTINS.get(exc.name or "")
    if isinstance(exc, AttributeError) and isinstance(exc.obj, ModuleType):
        return ATTRIBUTES.get(f"{exc.obj.__name__}.{exc.name}")
    return METHODS.get(exc.name or "") if isinstance(exc, AttributeError) and isinstance(exc.obj, dict) else None


def _table(text: str, what: str = "{}") -> dict[str, Outdated]:
    return {name: Outdated(what.format(name), since, today) for name, since, today in _rows(text)}


def _rows(text: str) -> Iterator[tuple[str, tuple[int, int], str]]:
    """``3.9 module: name name = today``, of which a star is the name."""
    for line in text.strip().splitlines():
        told, _, today = line.partition("=")
        version, _, names = told.strip().partition(" ")
        major, minor = map(int, version.split("."))
        within, _, listed = names.rpartition(":")
        for name in listed.split():
            yield f"{within}.{name}" if within else name, (major, minor), today.strip().replace("*", name)


MODULES = _table("""
    3.0 urlparse = urllib.parse
    3.0 urllib2 = urllib.request
    3.0 robotparser = urllib.robotparser
    3.0 httplib = http.client
    3.0 cookielib = http.cookiejar
    3.0 Cookie = http.cookies
    3.0 BaseHTTPServer SimpleHTTPServer CGIHTTPServer = http.server
    3.0 SocketServer = socketserver
    3.0 xmlrpclib = xmlrpc.client
    3.0 SimpleXMLRPCServer DocXMLRPCServer = xmlrpc.server
    3.0 HTMLParser htmllib sgmllib = html.parser
    3.0 htmlentitydefs = html.entities
    3.0 StringIO cStringIO = io
    3.0 cPickle = pickle
    3.0 ConfigParser = configparser
    3.0 Queue = queue
    3.0 thread dummy_thread mutex = threading
    3.0 commands popen2 = subprocess
    3.0 md5 sha = hashlib
    3.0 sets = set
    3.0 UserDict UserList UserString = collections
    3.0 copy_reg = copyreg
    3.0 repr = reprlib
    3.0 __builtin__ exceptions future_builtins = builtins
    3.0 anydbm whichdb dumbdbm dbhash gdbm bsddb = dbm
    3.0 new = types
    3.0 statvfs = os.statvfs
    3.0 rfc822 mimetools MimeWriter mimify multifile = email
    3.0 compiler = ast
    3.0 imputil ihooks = importlib
    3.0 mhlib = mailbox
    3.0 dircache = os.listdir
    3.0 hotshot = cProfile
    3.0 sre = re
    3.0 xmllib = xml.sax
    3.0 posixfile = fcntl
    3.0 fpformat stringold strop user rexec Bastion linuxaudiodev sunaudio audiodev toaiff =
    3.0 Tkinter tkMessageBox tkFileDialog tkSimpleDialog = tkinter
    3.0 email: MIMEText = email.mime.text
    3.0 email: MIMEMultipart = email.mime.multipart
    3.0 email: MIMEBase = email.mime.base
    3.0 email: MIMEImage = email.mime.image
    3.0 email: MIMEAudio = email.mime.audio
    3.0 email: MIMEMessage = email.mime.message
    3.0 email: MIMENonMultipart = email.mime.nonmultipart
    3.0 email: Encoders Utils Header Charset Errors Generator Message Parser Iterators = the same in lower case
    3.7 macurl2path = urllib.request.url2pathname
    3.8 macpath = os.path
    3.9 dummy_threading _dummy_threading = threading
    3.10 parser = ast
    3.10 formatter symbol =
    3.11 binhex = binascii
    3.12 asyncore asynchat = asyncio
    3.12 distutils = sysconfig or shutil
    3.12 imp = importlib
    3.12 smtpd =
    3.13 aifc audioop chunk imghdr mailcap msilib nis nntplib ossaudiodev sndhdr spwd sunau xdrlib =
    3.13 cgi = urllib.parse, html or email
    3.13 cgitb = traceback
    3.13 crypt = hashlib
    3.13 lib2to3 = ast
    3.13 pipes = subprocess or shlex
    3.13 telnetlib = socket
    3.13 tkinter: tix = tkinter.ttk
    3.13 uu = base64
""", "module {}")

ATTRIBUTES = _table("""
    3.0 urllib: quote quote_plus unquote unquote_plus urlencode = urllib.parse.*
    3.0 urllib: URLopener FancyURLopener = urllib.request.*
    3.0 urllib: urlopen urlretrieve urlcleanup getproxies pathname2url url2pathname = urllib.request.*
    3.0 urllib: splittype splithost splituser splitport splitquery splittag splitvalue basejoin = urllib.parse.urlsplit
    3.0 urllib: ContentTooShortError = urllib.error.*
    3.0 string: letters lowercase uppercase = string.ascii_*
    3.0 string: maketrans = str.*
    3.0 string: atoi atol = int
    3.0 string: atof = float
    3.0 string: joinfields = str.join
    3.0 string: splitfields = str.split
    3.0 string: capitalize center count expandtabs find index join ljust lower lstrip replace rfind rindex = str.*
    3.0 string: rjust rsplit rstrip split strip swapcase translate upper zfill = str.*
    3.0 itertools: izip = zip
    3.0 itertools: imap = map
    3.0 itertools: ifilter = filter
    3.0 itertools: izip_longest = itertools.zip_longest
    3.0 itertools: ifilterfalse = itertools.filterfalse
    3.0 os: getcwdu = os.getcwd
    3.0 os: popen2 popen3 popen4 = subprocess
    3.0 os: tempnam tmpnam tmpfile = tempfile
    3.0 os.path: walk = os.walk
    3.0 sys: maxint = sys.maxsize
    3.0 sys: exc_type exc_traceback = sys.exc_info()
    3.0 sys: exc_clear setdefaultencoding =
    3.0 types: StringType StringTypes UnicodeType = str
    3.0 types: IntType LongType = int
    3.0 types: FloatType = float
    3.0 types: BooleanType = bool
    3.0 types: ListType = list
    3.0 types: TupleType = tuple
    3.0 types: DictType DictionaryType = dict
    3.0 types: ObjectType InstanceType ClassType TypeType FileType ComplexType SliceType XRangeType BufferType =
    3.0 contextlib: nested = contextlib.ExitStack
    3.0 operator: isCallable = callable
    3.0 operator: div = operator.truediv
    3.0 operator: sequenceIncludes = operator.contains
    3.0 operator: isSequenceType isMappingType isNumberType = collections.abc or numbers
    3.0 socket: ssl = ssl
    3.0 hashlib: algorithms = hashlib.algorithms_available
    3.0 random: jumpahead WichmannHill =
    3.0 xml.etree.ElementTree: XMLTreeBuilder = xml.etree.ElementTree.XMLParser
    3.5 html.parser: HTMLParseError =
    3.6 inspect: getmoduleinfo = inspect.getmodulename
    3.7 os: errno = errno
    3.7 os: stat_float_times =
    3.8 time: clock = time.perf_counter
    3.8 platform: dist linux_distribution = the package distro
    3.8 platform: popen = os.popen
    3.8 tarfile: filemode = stat.filemode
    3.9 base64: encodestring = base64.encodebytes
    3.9 base64: decodestring = base64.decodebytes
    3.9 fractions: gcd = math.gcd
    3.9 plistlib: readPlist = plistlib.load
    3.9 plistlib: writePlist = plistlib.dump
    3.9 plistlib: readPlistFromBytes = plistlib.loads
    3.9 plistlib: writePlistToBytes = plistlib.dumps
    3.9 plistlib: Data = bytes
    3.9 sys: setcheckinterval getcheckinterval = sys.setswitchinterval
    3.9 wave: openfp = wave.open
    3.9 asyncio.Task: all_tasks current_task = asyncio.*
    3.10 collections: Awaitable AsyncGenerator AsyncIterable AsyncIterator ByteString Callable = collections.abc.*
    3.10 collections: Collection Container Coroutine Generator Hashable ItemsView Iterable = collections.abc.*
    3.10 collections: Iterator KeysView Mapping MappingView MutableMapping MutableSequence = collections.abc.*
    3.10 collections: MutableSet Reversible Sequence Set Sized ValuesView = collections.abc.*
    3.11 asyncio: coroutine = async def
    3.11 binascii: a2b_hqx b2a_hqx rlecode_hqx rledecode_hqx =
    3.11 gettext: lgettext ldgettext lngettext ldngettext bind_textdomain_codeset = gettext.gettext
    3.11 inspect: getargspec ArgSpec = inspect.getfullargspec
    3.11 inspect: formatargspec = inspect.signature
    3.12 configparser: SafeConfigParser = configparser.ConfigParser
    3.12 importlib: find_loader = importlib.util.find_spec
    3.12 importlib.util: module_for_loader set_loader set_package =
    3.12 locale: format = locale.format_string
    3.12 pkgutil: ImpImporter ImpLoader = importlib
    3.12 sqlite3: OptimizedUnicode = str
    3.12 sqlite3: enable_shared_cache =
    3.12 ssl: wrap_socket = ssl.SSLContext.wrap_socket
    3.12 ssl: RAND_pseudo_bytes = ssl.RAND_bytes
    3.12 ssl: match_hostname =
    3.13 configparser: LegacyInterpolation = configparser.BasicInterpolation
    3.13 locale: resetlocale = locale.setlocale
    3.13 re: template TEMPLATE =
    3.13 typing: io re = typing
    3.13 unittest: findTestCases makeSuite getTestCaseNames = unittest.TestLoader
""")
"""What modules have, by the full name."""

BUILTINS = _table("""
    3.0 apply = function(*arguments)
    3.0 basestring unicode = str
    3.0 buffer = memoryview
    3.0 cmp = (a > b) - (a < b)
    3.0 coerce =
    3.0 execfile = exec(open(file).read())
    3.0 file = open
    3.0 intern = sys.intern
    3.0 long = int
    3.0 raw_input = input
    3.0 reduce = functools.reduce
    3.0 reload = importlib.reload
    3.0 StandardError = Exception
    3.0 unichr = chr
    3.0 xrange = range
""")

METHODS = _table("""
    3.0 has_key = the operator in
    3.0 iteritems viewitems = items()
    3.0 iterkeys viewkeys = keys()
    3.0 itervalues viewvalues = values()
""")
"""Methods that dicts had."""
