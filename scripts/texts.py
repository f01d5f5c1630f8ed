"""The texts of the repository that a person reads: documents, docstrings, comments and messages, as paragraphs."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/*.md", "docs/**/*.md")
CODE = ("src/**/*.py", "simulators/**/*.py", "tests/**/*.py", "bench/**/*.py", "scripts/**/*.py", "plugin/*.py")
MESSAGE_WORDS = 5
"""A string with fewer words is a name or a label, not a sentence."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a file; ``line`` is where it begins, ``text`` has no line ends."""

    line: int
    text: str


def tracked(*patterns: str) -> list[Path]:
    """Return the files under version control that match one of the patterns."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]
    globs = [f":(glob){pattern}" for pattern in patterns]
    listed = subprocess.run([*command, *globs], capture_output=True, text=True, check=True)
    return sorted(ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())


def paragraphs(path: Path) -> list[Paragraph]:
    """Return the paragraphs of a document or of a Python file."""
    text = path.read_text("utf-8")
    return list(of_document(text) if path.suffix == ".md" else of_code(text))


def of_document(text: str) -> Iterator[Paragraph]:
    """Return the paragraphs of a Markdown text, without code, tables, headings and comments."""
    text = re.sub(r"<!--.*?-->", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)
    gathered: list[str] = []
    begin = 0
    fenced = False
    for number, line in enumerate([*text.split("\n"), ""], 1):
        fence = line.lstrip().startswith("```")
        fenced ^= fence
        skipped = fenced or fence or re.match(r"\s*[|#]|=+ +=+|\w+ {2,}\w", line)
        item = re.match(r"\s*(?:[-*]|\d+\.)\s+", line)
        if gathered and (skipped or item or not line.strip()):
            yield Paragraph(begin, _plain(" ".join(gathered)))
            gathered = []
        if not skipped and line.strip():
            begin = begin if gathered else number
            gathered.append(line[item.end() :] if item else line.strip())


def of_code(text: str) -> Iterator[Paragraph]:
    """Return the docstrings, comments and messages of a Python file."""
    tree = ast.parse(text)
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            message = "".join(_piece(part) for part in node.values)
            yield from _message(node.lineno, message)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            if id(node) in notes:
                yield from _docstring(node.lineno, node.value)
            else:
                yield from _message(node.lineno, node.value)
    yield from _comments(text)


def sentences(text: str) -> list[str]:
    """Split a paragraph into sentences."""
    return [part.strip() for part in re.split(r"(?<=[.!?])[)\"”*]*\s+(?=[\W_]*[A-Z0-9])", text) if words(part)]


def words(text: str) -> int:
    """Count the words of a text."""
    return sum(1 for word in text.split() if re.search(r"\w", word))


def _plain(text: str) -> str:
    text = re.sub(r"``[^`]+``|`[^`]+`", "Code", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return text.replace("**", "")


def _piece(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "X"


def _message(line: int, text: str) -> Iterator[Paragraph]:
    for block in re.split(r"\n+", text):
        looks_like_prose = re.match(r"[A-Z][a-z']*\s+[a-z]", block) and not re.search(
            r"[{}=<>|]|SELECT |\bWHERE\b", block
        )
        if looks_like_prose and words(block) >= MESSAGE_WORDS:
            yield Paragraph(line, _plain(block))


def _docstring(line: int, text: str) -> Iterator[Paragraph]:
    # An indented block in a docstring is an example or a picture.
    margin = min((len(one) - len(one.lstrip()) for one in text.split("\n")[1:] if one.strip()), default=0)
    lines = [one[margin:] if one[:margin].isspace() else one for one in text.split("\n")]
    kept = "\n".join("" if re.match(r"\s{4,}|[>.]{3}", one) else one for one in lines)
    for paragraph in of_document(kept):
        yield Paragraph(line + paragraph.line - 1, paragraph.text)


def _comments(text: str) -> Iterator[Paragraph]:
    gathered: list[str] = []
    begin = last = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        note = re.sub(r"\s*(?:noqa|type: ignore|pragma)\b.*", "", token.string.lstrip("#! "))
        if gathered and token.start[0] != last + 1:
            yield Paragraph(begin, _plain(" ".join(gathered)))
            gathered = []
        begin = begin if gathered else token.start[0]
        last = token.start[0]
        if words(note):
            gathered.append(note)
    if gathered:
        yield Paragraph(begin, _plain(" ".join(gathered)))
