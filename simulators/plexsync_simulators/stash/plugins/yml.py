"""A reader for the part of YAML that plugin files use; what it does not know it refuses.

Known: nested mappings and lists by indentation, lists and mappings in one line, plain and quoted scalars, block
scalars (`|`, `>`), comments, CRLF, a byte order mark. Scalars stay texts; null (nothing, `~`, `null`) is None.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#\[\]{},&*!|>'"%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?:\s+(.*)|)$"""
)


class BadYaml(ValueError):
    """The text is not YAML, or not of the part that is known here."""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    indent: int
    text: str
    raw: str


def read(data: bytes) -> Any:
    """Return the first document of a file; raises BadYaml, with the text EOF for an empty one."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadYaml("yaml: invalid leading UTF-8 octet") from error
    lines = list(_lines(text))
    if not any(line.text for line in lines):
        raise BadYaml("EOF")
    reader = _Reader(lines)
    value = reader.block(0)
    reader.finish()
    return value


def _lines(text: str) -> Any:
    started = False
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if raw.startswith("---") and not raw[3:].strip():
            if started:
                return
            continue
        if raw.startswith("..."):
            return
        stripped = raw.lstrip(" ")
        if stripped.startswith("\t"):
            raise BadYaml(f"yaml: line {number}: found character that cannot start any token")
        content = _without_comment(stripped).rstrip()
        started = started or bool(content)
        yield _Line(number, len(raw) - len(stripped), content, raw)


def _without_comment(text: str) -> str:
    quote = ""
    for index, glyph in enumerate(text):
        if quote:
            quote = "" if glyph == quote and text[index - 1] != "\\" else quote
        elif glyph in "\"'" and (index == 0 or text[index - 1] in " [{,:-"):
            quote = glyph
        elif glyph == "#" and (index == 0 or text[index - 1] in " \t"):
            return text[:index]
    return text


class _Reader:
    def __init__(self, lines: list[_Line]) -> None:
        self._lines = lines
        self._at = 0

    def finish(self) -> None:
        """Refuse what was left over."""
        line = self._peek()
        if line is not None:
            raise BadYaml(f"yaml: line {line.number}: did not find expected key")

    def block(self, indent: int) -> Any:
        """Read the mapping or list whose lines are indented at least this far."""
        line = self._peek()
        if line is None or line.indent < indent:
            return None
        if line.text == "-" or line.text.startswith("- "):
            return self._list(line.indent)
        if _KEY.match(line.text):
            return self._mapping(line.indent)
        self._at += 1
        return scalar(line.text, line.number)

    def _mapping(self, indent: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (line := self._peek()) is not None and line.indent == indent:
            match = _KEY.match(line.text)
            if match is None:
                break
            key = scalar(match[1], line.number)
            if not isinstance(key, str):
                raise BadYaml(f"yaml: line {line.number}: the key {match[1]} is no text")
            if key in found:
                raise BadYaml(f"line {line.number}: field {key} already set in type plugin.Config")
            self._at += 1
            found[key] = self._value(match[2] or "", line)
        return found

    def _value(self, text: str, line: _Line) -> Any:
        if not text:
            return self._nested(line)
        if re.fullmatch(r"[|>][+-]?", text):
            return self._block_scalar(line.indent, text)
        return scalar(text, line.number)

    def _nested(self, line: _Line) -> Any:
        following = self._peek()
        if following is None:
            return None
        # A list may stand at its key's own indentation.
        is_list = following.text == "-" or following.text.startswith("- ")
        if following.indent > line.indent or (is_list and following.indent == line.indent):
            return self.block(following.indent)
        return None

    def _list(self, indent: int) -> list[Any]:
        found = []
        while (line := self._peek()) is not None and line.indent == indent:
            if line.text != "-" and not line.text.startswith("- "):
                break
            rest = line.text[1:].lstrip(" ")
            if not rest:
                self._at += 1
                found.append(self._nested(line))
                continue
            inner = line.indent + len(line.text) - len(rest)
            if _KEY.match(rest) or rest.startswith("- "):
                self._lines[self._at] = _Line(line.number, inner, rest, line.raw)
                found.append(self.block(inner))
            else:
                self._at += 1
                found.append(scalar(rest, line.number))
        return found

    def _block_scalar(self, indent: int, mark: str) -> str:
        taken: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.raw.strip() and line.indent <= indent:
                break
            taken.append(line.raw)
            self._at += 1
        depth = min((len(raw) - len(raw.lstrip(" ")) for raw in taken if raw.strip()), default=0)
        texts = [raw[depth:].rstrip() for raw in taken]
        while texts and not texts[-1]:
            texts.pop()
        joined = "\n".join(texts) if mark[0] == "|" else re.sub(r"(?<!\n)\n(?!\n)", " ", "\n".join(texts))
        return joined if mark.endswith("-") else f"{joined}\n"

    def _peek(self) -> _Line | None:
        while self._at < len(self._lines) and not self._lines[self._at].text:
            self._at += 1
        return self._lines[self._at] if self._at < len(self._lines) else None


def scalar(text: str, number: int) -> Any:
    """Return a one-line value: a text, None, or a list or mapping written in brackets."""
    value, rest = _one(text.strip(), number)
    if rest.strip():
        raise BadYaml(f"yaml: line {number}: did not find expected end after {text!r}")
    return value


def _one(text: str, number: int) -> tuple[Any, str]:
    if text.startswith("["):
        return _flow_list(text[1:], number)
    if text.startswith("{"):
        return _flow_mapping(text[1:], number)
    if text.startswith('"'):
        return _double_quoted(text, number)
    if text.startswith("'"):
        match = re.match(r"'((?:[^']|'')*)'", text)
        if match is None:
            raise BadYaml(f"yaml: line {number}: found unexpected end of stream")
        return match[1].replace("''", "'"), text[match.end() :]
    if text[:1] in ("&", "*", "!", "%", "@", "`", "|", ">"):
        raise BadYaml(f"yaml: line {number}: {text[0]!r} is beyond this reader")
    return (None if text in ("", "~", "null", "Null", "NULL") else text), ""


def _double_quoted(text: str, number: int) -> tuple[str, str]:
    match = re.match(r'"(?:[^"\\]|\\.)*"', text)
    if match is None:
        raise BadYaml(f"yaml: line {number}: found unexpected end of stream")
    try:
        return str(json.loads(match[0])), text[match.end() :]
    except ValueError as error:
        raise BadYaml(f"yaml: line {number}: found unknown escape character") from error


def _flow_list(text: str, number: int) -> tuple[list[Any], str]:
    found: list[Any] = []
    text = text.lstrip()
    while not text.startswith("]"):
        value, text = _flow_item(text, number)
        found.append(value)
        text = text.lstrip()
        if text.startswith(","):
            text = text[1:].lstrip()
        elif not text.startswith("]"):
            raise BadYaml(f"yaml: line {number}: did not find expected ',' or ']'")
    return found, text[1:]


def _flow_mapping(text: str, number: int) -> tuple[dict[str, Any], str]:
    found: dict[str, Any] = {}
    text = text.lstrip()
    while not text.startswith("}"):
        key, text = _flow_item(text, number)
        text = text.lstrip()
        if not text.startswith(":"):
            raise BadYaml(f"yaml: line {number}: did not find expected ':'")
        found[key], text = _flow_item(text[1:].lstrip(), number)
        text = text.lstrip()
        if text.startswith(","):
            text = text[1:].lstrip()
        elif not text.startswith("}"):
            raise BadYaml(f"yaml: line {number}: did not find expected ',' or '}}'")
    return found, text[1:]


def _flow_item(text: str, number: int) -> tuple[Any, str]:
    if text[:1] in ("[", "{", '"', "'"):
        return _one(text, number)
    match = re.match(r"(?:[^,\[\]{}:]|:(?=\S))+", text)
    if match is None:
        raise BadYaml(f"yaml: line {number}: did not find expected node content")
    value, _ = _one(match[0].strip(), number)
    return value, text[match.end() :]
