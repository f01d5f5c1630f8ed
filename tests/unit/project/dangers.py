"""Parts of source code that could run, load or believe what they should not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

CALLS = frozenset(
    {
        "eval",
        "exec",
        "compile",
        "__import__",
        "os.system",
        "os.popen",
        "tempfile.mktemp",
        "ssl._create_unverified_context",
    }
)
MODULES = frozenset(
    {
        "pickle",
        "cPickle",
        "marshal",
        "shelve",
        "dill",
        "yaml",
        "subprocess",
        "ctypes",
        "code",
        "imp",
        "xmlrpc",
        "telnetlib",
    }
)
NAMES = frozenset({"CERT_NONE", "_create_unverified_context"})


def dangers(source: str) -> frozenset[str]:
    """Return the dangerous things in a file: calls as `eval()`, modules by name, `shell=True`, switched-off TLS."""
    return frozenset(word for node in ast.walk(ast.parse(source)) for word in _in_node(node))


def _in_node(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=func, keywords=keywords):
            name = _dotted(func)
            yield from (f"{one}()" for one in CALLS if one == name)
            yield from ("shell=True" for one in keywords if one.arg == "shell" and _is_true(one.value))
            yield from (
                "CERT_NONE"
                for one in keywords
                if isinstance(one.value, ast.Constant) and one.value.value == "CERT_NONE"
            )
        case ast.Import(names=names):
            yield from (one.name.partition(".")[0] for one in names if one.name.partition(".")[0] in MODULES)
        case ast.ImportFrom(module=str() as module) if module.partition(".")[0] in MODULES:
            yield module.partition(".")[0]
        case ast.Attribute(attr=attr) if attr in NAMES:
            yield attr


def _is_true(node: ast.expr) -> bool:
    return not (isinstance(node, ast.Constant) and not node.value)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
