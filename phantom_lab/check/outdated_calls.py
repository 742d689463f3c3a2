"""Calls and operations that no name gives away: what they are given, or do, is what later Pythons took away."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from phantom_lab.check.bound_names import BoundNames
from phantom_lab.source.outdated import PYTHON_2, Outdated, module

_CODECS = frozenset({"hex", "base64", "base-64", "rot13", "rot_13", "zip", "zlib", "bz2", "uu", "quopri",
                     "string_escape", "string-escape"})
"""Codecs from texts to texts, which texts and bytes had."""
_PARAMETERS: dict[str, tuple[tuple[str, ...], tuple[int, int], str]] = {
    "json.loads": (("encoding",), (3, 9), ""),
    "json.load": (("encoding",), (3, 9), "open(…, encoding=…)"),
    "json.dumps": (("encoding",), PYTHON_2, ""), "json.dump": (("encoding",), PYTHON_2, ""),
    "sorted": (("cmp",), PYTHON_2, "key=functools.cmp_to_key(…)"),
    "random.shuffle": (("random",), (3, 11), ""),
    **{f"asyncio.{name}": (("loop",), (3, 10), "") for name in (
        "sleep", "gather", "wait", "wait_for", "shield", "Lock", "Event", "Condition", "Semaphore", "Queue")},
    **dict.fromkeys(("smtplib.SMTP_SSL", "imaplib.IMAP4_SSL", "poplib.POP3_SSL", "ftplib.FTP_TLS"),
                    (("keyfile", "certfile"), (3, 12), "context=ssl.SSLContext")),
    "http.client.HTTPSConnection": (("key_file", "cert_file", "check_hostname"), (3, 12), "context=ssl.SSLContext"),
    "gettext.translation": (("codeset",), (3, 11), ""),
}
"""Parameters that a function had."""
_METHODS: dict[str, tuple[tuple[str, ...], tuple[int, int], str]] = {
    "isAlive": (("threading.Thread", "threading.Timer"), (3, 9), "is_alive()"),
    "tostring": (("array.array",), (3, 9), "tobytes()"), "fromstring": (("array.array",), (3, 9), "frombytes()"),
    "unescape": (("html.parser.HTMLParser",), (3, 9), "html.unescape"),
    "readfp": (("configparser.ConfigParser", "configparser.RawConfigParser", "configparser.SafeConfigParser"), (3, 12),
               "read_file()"),
    "getchildren": (("xml.etree.ElementTree.Element", "xml.etree.ElementTree.fromstring", "xml.etree.ElementTree.XML"),
                    (3, 9), "list(element)"),
    "getiterator": (("xml.etree.ElementTree.Element", "xml.etree.ElementTree.fromstring", "xml.etree.ElementTree.XML",
                     "xml.etree.ElementTree.parse"), (3, 9), "iter()"),
    "link_to": (("pathlib.Path",), (3, 12), "hardlink_to()"),
}
"""Methods of what some calls give."""
_VIEWS = frozenset({"keys", "values", "items"})
_OF_LISTS = frozenset({"append", "extend", "index", "insert", "remove", "reverse", "sort"})
_ITERATORS = frozenset({"map", "filter", "zip"})


def outdated_calls(node: ast.Call | ast.Subscript | ast.BinOp | ast.If | ast.IfExp | ast.While,
                   names: BoundNames) -> Iterator[Outdated]:
    """What a call, a subscript, an operation or a test asks for that is there no more."""
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        test = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
        if (lazy := _lazy(test, names)) and not lazy.endswith(tuple(f"{view}()" for view in _VIEWS)):
            yield Outdated(f"a test of what {lazy} gives, which counts as true", PYTHON_2, "list(…)")
    elif isinstance(node, ast.Subscript):
        if (lazy := _lazy(node.value, names)) and _is_place(node.slice):
            yield Outdated(f"a place in what {lazy} gives", PYTHON_2, "list(…)[…]")
    elif isinstance(node, ast.BinOp):
        yield from _operation(node, names)
    else:
        called = names.full(node.func)
        yield from _parameters(node, called)
        yield from _given(node, called, names)
        if isinstance(node.func, ast.Attribute):
            yield from _method(node, node.func, names)


def _is_place(node: ast.expr) -> bool:
    """Whether a subscript asks for a place in a list."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Slice) or (isinstance(node, ast.Constant) and isinstance(node.value, int))


def _operation(node: ast.BinOp, names: BoundNames) -> Iterator[Outdated]:
    """A sum of what is no list any more, and ``print >> file``."""
    if isinstance(node.op, ast.Add):
        lazy = next(filter(None, (_lazy(one, names) for one in (node.left, node.right))), "")
        if lazy:
            yield Outdated(f"a sum with what {lazy} gives", PYTHON_2, "list(…) + …")
    elif isinstance(node.op, ast.RShift) and names.full(node.left) == "print":
        yield Outdated("print >> file", PYTHON_2, "print(…, file=file)")


def _parameters(node: ast.Call, called: str) -> Iterator[Outdated]:
    gone, since, today = _PARAMETERS.get(called, ((), PYTHON_2, ""))
    for keyword in node.keywords:
        if keyword.arg in gone:
            yield Outdated(f"{called}({keyword.arg}=…)", since, today)
    count = 0 if any(isinstance(one, ast.Starred) for one in node.args) else len(node.args)
    if called == "sorted" and count > 1:
        yield Outdated("sorted(…, function)", PYTHON_2, "key=functools.cmp_to_key(…)")
    elif called == "random.shuffle" and count > 1:
        yield Outdated("random.shuffle(…, function)", (3, 11), "")
    elif called == "hmac.new" and 0 < count < 3 and all(one.arg not in ("digestmod", None) for one in node.keywords):
        yield Outdated("hmac.new without digestmod", (3, 8), "digestmod=hashlib.md5")


def _given(node: ast.Call, called: str, names: BoundNames) -> Iterator[Outdated]:
    """Calls whose argument is what they take no more."""
    first = node.args[0] if node.args else None
    if called == "open":
        named = [one.value for one in node.keywords if one.arg == "mode"]
        mode = next(iter([*node.args[1:2], *named]), None)
        if isinstance(mode, ast.Constant) and isinstance(mode.value, str) and "U" in mode.value:
            yield Outdated(f"open(…, {mode.value!r})", (3, 11), "'r'")
    elif first is None or isinstance(first, ast.Starred):
        return
    elif called in ("__import__", "importlib.import_module"):
        if isinstance(first, ast.Constant) and (gone := module(str(first.value))):
            yield gone
    elif called == "random.sample" and _is_set(first, names):
        yield Outdated("random.sample of a set", (3, 11), "random.sample(sorted(…), …)")
    elif called == "random.sample" and (view := _view(first)):
        yield Outdated(f"random.sample of what {view} gives", (3, 11), "random.sample(list(…), …)")
    elif called in ("json.dumps", "random.choice", "random.shuffle", "len") and (
            lazy := _lazy(first, names)) and not (called == "len" and _view(first)):
        yield Outdated(f"{called} of what {lazy} gives", PYTHON_2, f"{called}(list(…))")


def _method(node: ast.Call, called: ast.Attribute, names: BoundNames) -> Iterator[Outdated]:
    base, name = called.value, called.attr
    if name in ("encode", "decode") and not names.full(called) and node.args:
        codec = node.args[0]
        if isinstance(codec, ast.Constant) and str(codec.value).lower() in _CODECS:
            yield Outdated(f".{name}({codec.value!r})", PYTHON_2, "base64, binascii or the module codecs")
            return
    if name == "decode" and isinstance(base, ast.Constant) and isinstance(base.value, str):
        yield Outdated("decode() of a text", PYTHON_2, "only bytes have it")
    elif name in _OF_LISTS and (lazy := _lazy(base, names)):
        today = "sorted(…)" if name == "sort" else f"list(…).{name}()"
        yield Outdated(f"{name}() of what {lazy} gives", PYTHON_2, today)
    elif name == "sort" and any(one.arg == "cmp" for one in node.keywords):
        yield Outdated("sort(cmp=…)", PYTHON_2, "key=functools.cmp_to_key(…)")
    elif name in _METHODS:
        makers, since, today = _METHODS[name]
        made = names.made_by(base)
        if made and all(isinstance(one, ast.Call) and names.full(one.func) in makers for one in made):
            yield Outdated(f".{name}()", since, today)


def _lazy(node: ast.expr, names: BoundNames) -> str:
    """The call that gave a list, and gives an iterator or a view today; empty for anything else."""
    made = names.made_by(node)
    called = {names.full(one.func) if isinstance(one, ast.Call) else "" for one in made}
    views = {_view(one) for one in made}
    return f"{min(called)}()" if called and called <= _ITERATORS else min(views) if views and all(views) else ""


def _view(node: ast.expr) -> str:
    """The keys, values or items of a dict."""
    if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _VIEWS
            and not node.args and not node.keywords):
        return f"{node.func.attr}()"
    return ""


def _is_set(node: ast.expr, names: BoundNames) -> bool:
    made = names.made_by(node)
    return bool(made) and all(
        isinstance(one, ast.Set | ast.SetComp)
        or (isinstance(one, ast.Call) and names.full(one.func) in ("set", "frozenset")) for one in made)
