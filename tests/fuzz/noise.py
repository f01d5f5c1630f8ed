"""Makes bad input out of good: any JSON value, and true documents and bytes with something wrong in them.

All chances come from the ``Random`` that is handed in: a seeded one repeats a run, Hypothesis' shrinks what it finds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

DEEP: Any = None
for _ in range(60):
    DEEP = [DEEP]

TEXTS = (
    "", " ", "0", "-1", "1e999", "nan", "null", "true", "9" * 40, "\0", "a\0b", "\ud800", "x\udfffy", "\ud83d\ude00",
    "\u202e\u2066\u200b",
    "e\u0301", "É", "ß", "İ", "😀", "%", "%00", "%s", "_", "\\", "\\\\server\\share", "C:\\", "D:/a",
    "//x", "..", "a\nb", "\r\n\t", "<html>", "'; DROP TABLE job", "{x}", "{0.__class__}", "a;b", "a => b", "=>",
    "2024-05-01", "2024-02-30", "0000-00-00", "9999-12-31T23:59:59Z",
    "24h", "999999w", "\u0663\u0663\u0663\u0663-\u0660\u0665-\u0660\u0661", "http://[", "http://x:99999",
    "A" * 10_000, "é" * 3_000,
)  # fmt: skip
NUMBERS = (
    0, -1, 1, 2, 42, 200, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 2**64, 10**400, -0.0, 0.5, 1e308, 1e-320,
    float("inf"), float("-inf"), float("nan"),
)  # fmt: skip
CONTAINERS: tuple[Any, ...] = ([], {}, [[]], [None], [{}], {"": None}, {"a": {}}, DEEP, [1, "a", None], {"id": "1"})
SCRAPS = (
    b"", b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b'"', b"{", b"}", b"[", b"]",
    b",", b":", b"\\", b"\\u",
    b"\\ud800", b"null", b"NaN", b"-Infinity", b"1e999", b"9" * 5000, b"[" * 3000,
    b'{"a":' * 3000, b"<html>", b"\r\n\r\n",
    b"#", b"=", b"'''", b'"""', b"\n[x]\n", b"\na.b.c = 1\n",
)  # fmt: skip


def text(rng: Random) -> str:
    """Any text: an odd one, or a few odd ones joined."""
    if rng.random() < 0.7:
        return rng.choice(TEXTS)
    letters = "".join(chr(rng.choice((32, 47, 58, 92, 233, 0x301, 0x1F600, 0xD800, 0x202E, 65, 97))) for _ in range(6))
    return letters + rng.choice(TEXTS)


def any_json(rng: Random, depth: int = 3) -> Any:
    """Any JSON value."""
    kind = rng.randrange(10 if depth else 7)
    if kind < 1:
        return rng.choice((None, True, False))
    if kind < 3:
        return rng.choice(NUMBERS)
    if kind < 6:
        return text(rng)
    if kind < 7:
        return rng.choice(CONTAINERS)
    if kind < 8:
        return [any_json(rng, depth - 1) for _ in range(rng.randrange(4))]
    return {text(rng): any_json(rng, depth - 1) for _ in range(rng.randrange(4))}


def mutated(rng: Random, document: Any, times: int = 3) -> Any:
    """A document with something wrong in up to so many places."""
    for _ in range(rng.randrange(1, times + 1)):
        document = _once(rng, document)
    return document


def _once(rng: Random, node: Any) -> Any:
    if isinstance(node, dict) and node and rng.random() < 0.9:
        return _in_dict(rng, dict(node))
    if isinstance(node, list) and node and rng.random() < 0.9:
        return _in_list(rng, list(node))
    wrong = rng.randrange(6)
    if wrong == 0:
        return [node]
    if wrong == 1:
        return {"id": node}
    if wrong == 2:
        return str(node)[:200]
    return any_json(rng)


def _in_dict(rng: Random, node: dict[str, Any]) -> dict[str, Any]:
    key = rng.choice(list(node))
    chance = rng.random()
    if chance < 0.08:
        del node[key]
    elif chance < 0.12:
        node[text(rng)] = node.pop(key)
    elif chance < 0.16:
        node[key] = node[rng.choice(list(node))]
    else:
        node[key] = _once(rng, node[key])
    return node


def _in_list(rng: Random, node: list[Any]) -> list[Any]:
    place = rng.randrange(len(node))
    chance = rng.random()
    if chance < 0.06:
        del node[place]
    elif chance < 0.12:
        node += [node[place]] * rng.choice((1, 2, 30))
    elif chance < 0.15:
        node.reverse()
    else:
        node[place] = _once(rng, node[place])
    return node


def each_field(document: Any, values: Iterator[Any], times: int) -> Iterator[Any]:
    """The document with another value in one place, for each place in turn; each place gets so many of the values."""
    for path in list(_places(document)):
        for _ in range(times):
            yield _replaced(document, path, next(values))


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield from _places(value, (*path, key))


def _replaced(node: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    if isinstance(node, dict):
        return {key: _replaced(one, path[1:], value) if key == path[0] else one for key, one in node.items()}
    return [_replaced(one, path[1:], value) if place == path[0] else one for place, one in enumerate(node)]


ODD_VALUES: tuple[Any, ...] = (
    None, True, 7, -5, 0.5, 2**70, 10**400, float("inf"), "", "x", "half \ud800", "a\0b", "9" * 30,
    "10000-01-01T00:00:00Z", "2024-01-01T00:00:00+99:00", "0000-00-00T00:00:00Z", [], [None], {}, {"x": 1}, [[]],
)  # fmt: skip


def encoded(document: Any) -> bytes:
    """As a server writes it; what JSON has no word for (NaN, half a character) as Python writes it."""
    return json.dumps(document, ensure_ascii=True).encode()


def garbled(rng: Random, data: bytes) -> bytes:
    """Bytes with something cut off, doubled, flipped or put in."""
    for _ in range(rng.randrange(1, 4)):
        start = rng.randrange(len(data) + 1)
        end = min(len(data), start + rng.choice((0, 1, 2, 8, 64, 4096)))
        wrong = rng.randrange(5)
        if wrong == 0:
            data = data[:start]
        elif wrong == 1:
            data = data[:start] + rng.choice(SCRAPS) + data[end:]
        elif wrong == 2:
            data = data[:end] + data[start:]
        elif wrong == 3 and data:
            place = min(start, len(data) - 1)
            data = data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]
        else:
            data = data[:start] + bytes(rng.randrange(256) for _ in range(rng.randrange(8))) + data[end:]
    return data


def answer(rng: Random, documents: list[Any]) -> bytes:
    """An answer of a server: a true one gone wrong, another one's, any JSON, or no JSON at all."""
    chance = rng.random()
    document = rng.choice(documents)
    if chance < 0.75:
        return encoded(mutated(rng, document))
    if chance < 0.85:
        return encoded(any_json(rng))
    return garbled(rng, encoded(document))
