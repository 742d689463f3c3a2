"""What an expression that raised was given: the expressions whose values may be to blame."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from types import ModuleType

from phantom_lab.later import regex
from phantom_lab.source.outdated import METHODS
from phantom_lab.why.provenance.scopes import ANY, Comprehension, Module

Operand = tuple[ast.AST, tuple[str | int, ...]]
"""An expression, and the part of its value that is meant."""
_SIGNATURE = regex(r"\(?\)? ?(missing (a|\d+) required|takes (no|from|exactly|at most|at least|\d+) |got an? "
                        r"unexpected keyword|got multiple values|got some positional|expected at (least|most) \d+ arg)")
_PYTHON_2 = regex(r"dict_(keys|values|items)|'(map|filter|zip|range)' object|bytes-like object is required|"
                       r"can't concat str to bytes|(bytes|str) pattern on|must be str, not bytes|'str' object has no "
                       r"attribute 'decode'|'dict' object has no attribute '("
                       rf"{'|'.join(METHODS)})'")


def own_reason(exc: BaseException, message: str, node: ast.AST) -> str:
    """Why no value that was given to the playbook made an exception; empty where one may have."""
    if isinstance(exc, ImportError):
        return f"the module {exc.name!r} is not installed" if isinstance(exc, ModuleNotFoundError) else "the import"
    if isinstance(exc, NameError) and not isinstance(exc, UnboundLocalError):
        return f"the playbook's own name {exc.name!r}"
    if isinstance(exc, TypeError) and _SIGNATURE.search(message):
        return "a call with other arguments than the function takes"
    if isinstance(exc, TypeError | AttributeError) and _PYTHON_2.search(message):
        return "it is Python 2"
    if isinstance(exc, AttributeError) and (issubclass(type(exc.obj), ModuleType | type) or callable(exc.obj)):
        return f"the playbook's own name {exc.name!r}"
    if isinstance(exc, SyntaxError):
        return "a text that is no Python" if not isinstance(node, ast.Call) else ""
    return ""


def operands(exc: BaseException, message: str, node: ast.AST, module: Module) -> list[Operand]:
    """The operands of what failed, in the order of suspicion."""
    if isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Store):
        return list(_unpacked(node, module))
    if isinstance(node, Comprehension):
        return [(node.generators[0].iter, ())]
    if isinstance(node, ast.For | ast.AsyncFor):
        return [(node.iter, ())]
    if "not iterable" in message and _iterated(node, module):
        return [(node, ())]
    if isinstance(node, ast.Subscript):
        key = [] if isinstance(node.slice, ast.Constant | ast.Slice) else [(node.slice, ())]
        whole: list[Operand] = [(node.value, ())]
        return [*key, *whole] if "unhashable" in message else [*whole, *key]
    if isinstance(node, ast.Attribute):
        return [(node.value, ())]
    if isinstance(node, ast.Call):
        return _called(exc, message, node)
    if isinstance(node, ast.Raise):
        return [(one, ()) for one in _told(node)]
    if isinstance(node, ast.Assert):
        return [(one, ()) for one in leaves(node.test)]
    if isinstance(node, ast.With):
        return [(one.context_expr, ()) for one in node.items]
    if isinstance(node, ast.expr):
        return [(one, ()) for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)] or [(node, ())]
    return [(one, ()) for one in leaves(node)]


def leaves(node: ast.AST) -> list[ast.AST]:
    """The names and subscripts that an expression is made of, but for what it calls."""
    return list(_leaves(node))


def _leaves(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Name | ast.Subscript):
        yield node
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            yield from _leaves(node.func.value)
        for given in (*node.args, *(keyword.value for keyword in node.keywords)):
            yield from _leaves(given)
    elif isinstance(node, Comprehension):
        for generator in node.generators:
            yield from _leaves(generator.iter)
    elif not isinstance(node, ast.Lambda):
        for one in ast.iter_child_nodes(node):
            if isinstance(one, ast.expr):
                yield from _leaves(one)


def guards(node: ast.AST, module: Module) -> Iterator[ast.AST]:
    """What the conditions that lead to an explicit end look at, the innermost first."""
    if not (isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and ast.unparse(node.func) in (
            "exit", "quit", "sys.exit"))):
        return
    for one in module.above(node):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            return
        if isinstance(one, ast.If | ast.While):
            yield from leaves(one.test)
        elif isinstance(one, ast.For):
            yield from leaves(one.iter)


def unbound_name(message: str, node: ast.AST, module: Module) -> ast.AST:
    """The name that has no value yet: the position may be that of what stands before it."""
    found = re.search(r"variable '(\w+)'", message)
    statement = next((one for one in (node, *module.above(node)) if isinstance(one, ast.stmt)), node)
    names = (one for one in ast.walk(statement) if isinstance(one, ast.Name))
    return next((one for one in names if found and one.id == found[1]), node)


def of_unbound(module: Module, node: ast.AST) -> Iterator[ast.AST]:
    """What decides whether a name is set before it is used: loops and conditions around where it is set."""
    around = set(module.above(node))
    name = node.id if isinstance(node, ast.Name) else ""
    for binding in module.bindings(module.function_of(node), name):
        for one in module.above(binding.at):
            if one in around:
                break
            if isinstance(one, ast.For):
                yield one.iter
            elif isinstance(one, ast.If | ast.While):
                yield from leaves(one.test)
            elif isinstance(one, ast.Try):
                yield binding.value
        if isinstance(binding.at, ast.For):
            yield binding.at.iter


def _unpacked(node: ast.AST, module: Module) -> Iterator[Operand]:
    for one in module.above(node):
        if isinstance(one, ast.Assign):
            yield one.value, ()
            return
        if isinstance(one, ast.For | ast.AsyncFor | ast.comprehension):
            yield one.iter, (ANY,)
            return


def _iterated(node: ast.AST, module: Module) -> bool:
    """Whether an expression was asked for its elements: it stands in a loop's head."""
    parent = next(module.above(node), None)
    return isinstance(parent, ast.For | ast.comprehension) and node is parent.iter


def _called(exc: BaseException, message: str, node: ast.Call) -> list[Operand]:
    given: list[Operand] = [(one.value if isinstance(one, ast.Starred) else one, ()) for one in node.args]
    given += [(one.value, ()) for one in node.keywords]
    if type(exc).__module__.partition(".")[0] == "requests":
        return [(node, ()), *given]
    if isinstance(exc, TypeError) and "object is not callable" in message:
        return [(node.func, ())]
    if isinstance(node.func, ast.Attribute):
        given.append((node.func.value, ()))
    return given


def _told(node: ast.Raise) -> Iterator[ast.AST]:
    """What an exception's own text is made of."""
    if isinstance(node.exc, ast.Call):
        for one in (*node.exc.args, *(keyword.value for keyword in node.exc.keywords)):
            yield from leaves(one)
