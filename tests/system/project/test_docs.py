"""Every command and settings snippet of the documentation is understood, and what only looks is run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from agent_stage import Stage, staged
from site_check import requests

from plexsync.cli import main
from plexsync.cli.command_group import load
from plexsync.domain.settings import SETTINGS
from plexsync.usecases.settings.values import set_value

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXTS = {str(page.relative_to(ROOT)): page.read_text(encoding="utf-8") for page in PAGES}
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^|\s)plexsync (?:--data \S+ )?([a-z].*)$")
INLINE = re.compile(r"`plexsync ((?:--data \S+ )?[a-z][^`]*)`")
STANDS_FOR = {
    "SCENE": "17",
    "SCENE_ID": "17",
    "ID": "17",
    "KEY": "plex_url",
    "VALUE": "http://a:1",
    "FILE": "a.zip",
    "ADDRESS": "http://a:1",
}
TAKES_NOTHING = re.compile(r"\.\.\.|…|\{|<|\[")
"""Marks of a gap."""

RUN_TOO = {"status", "check", "why", "health", "gaps", "queue", "sync", "reconcile", "bug-report", "config"}
"""Commands that are also run, as far as they only look."""
WRITES = ("set", "retry", "clear", "allow", "purge", "front", "remove", "reset", "take-over", "try", "undo")
CHANGES = re.compile(rf"\b({'|'.join(WRITES)})\b|--(item|restore|save|output)\b|--all$|--since \S+$")


def lines(text: str) -> Iterator[str]:
    """Yield what stands in fenced blocks and in code within lines, comments gone."""
    for block in FENCE.findall(text):
        for line in block.splitlines():
            bare = re.sub(r"\s{2,}\S.*$|\s#.*$", "", line.strip())
            if found := COMMAND.search(bare):
                yield found[1].removeprefix("plexsync ")  # docker compose exec plexsync plexsync …
    yield from (found[1] for found in INLINE.finditer(FENCE.sub("", text)))


def commands() -> list[str]:
    found = {line for text in TEXTS.values() for line in lines(text) if not is_form(line)}
    return sorted(found)


def words_of(line: str) -> list[str]:
    return [STANDS_FOR.get(word, word) for word in shlex.split(line)]


def parsed(words: list[str]) -> click.Context:
    """Let a command read its arguments, and do nothing; raises a usage error."""
    name, *rest = words
    command = load(name)
    assert command is not None
    context = click.Context(command, info_name=name)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        below = command.get_command(context, rest[0])
        assert below is not None, words
        command, (name, *rest) = below, rest
    return command.make_context(name, list(rest))


def is_form(line: str) -> bool:
    """Tell whether a line shows a form, with a gap or a word in capitals for something that a person fills in."""
    capitals = set(re.findall(r"(?<![\w=])[A-Z][A-Z_]+(?![\w=])", line)) - STANDS_FOR.keys()
    return bool(capitals) or TAKES_NOTHING.search(line) is not None


def is_whole(line: str) -> bool:
    try:
        parsed(words_of(line))
    except click.UsageError:
        return False
    return True


def test_there_are_commands_in_the_docs() -> None:
    assert len(commands()) > 60


@pytest.mark.parametrize("line", commands())
def test_each_command_is_understood(line: str) -> None:
    try:
        parsed(words_of(line))
    except (click.MissingParameter, click.exceptions.NoArgsIsHelpError):
        assert re.fullmatch("[a-z -]+", line), "a name alone may stand in a sentence"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(30, seed=3) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal()
        yield stage


def test_each_command_that_only_looks_runs(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    ran = [line for line in commands() if line.split()[0] in RUN_TOO and not CHANGES.search(line) and is_whole(line)]
    ran = [line for line in ran if line not in {"sync", "reconcile"}]  # names in a sentence
    assert len(ran) > 20
    for line in ran:
        words = ["2" if word == "17" else word for word in words_of(line)]
        words += ["--dry-run"] if words[0] == "bug-report" else []
        code = main(["--data", str(stage.data), *words])
        told = capsys.readouterr()
        assert code in {0, 1}, (line, told.err)
        assert "Traceback" not in told.err


SET = sorted({line for line in commands() if line.startswith("config set ") and len(shlex.split(line)) == 4})


@pytest.mark.parametrize("line", SET)
def test_each_setting_is_taken(line: str, tmp_path: Path) -> None:
    _, _, key, value = words_of(line)
    set_value(tmp_path, key, value)


def test_each_variable_of_the_docs_is_one_that_is_read() -> None:
    source = "".join(path.read_text("utf-8") for part in ("src", "plugin") for path in (ROOT / part).rglob("*.py"))
    known = {setting.variable for setting in SETTINGS}
    named = {name for text in TEXTS.values() for name in re.findall(r"\bPLEXSYNC_[A-Z_]+[A-Z]\b", text)}
    scripts = "".join(path.read_text("utf-8") for path in (ROOT / ".ci").iterdir() if path.is_file())
    assert [name for name in sorted(named - known) if name not in source + scripts] == []


def test_each_script_and_file_of_packaging_that_the_docs_name_is_there() -> None:
    named = {name for text in TEXTS.values() for name in re.findall(r"\b(?:scripts|packaging)/[\w./-]*\w", text)}
    assert [name for name in sorted(named) if not (ROOT / name).exists() and not (ROOT / f"{name}.py").exists()] == []


def test_the_compose_file_gives_the_image_no_right_it_does_not_need() -> None:
    compose = yaml.safe_load((ROOT / "packaging" / "docker" / "compose.yml").read_text("utf-8"))
    own = compose["services"]["plexsync"]
    assert own["read_only"] is True
    assert own["cap_drop"] == ["ALL"]
    assert own["volumes"] == ["plexsync:/data"]
    assert own["environment"].keys() == {"PLEXSYNC_STASH_URL"}, "a setting of the environment overrules the set-up"
    image = (ROOT / "packaging" / "docker" / "Dockerfile").read_text("utf-8")
    assert re.search(r"^USER (?!root)", image, re.MULTILINE)
    assert 'CMD ["plexsync", "health"]' in image
    assert image.count("VOLUME") == 1


@pytest.mark.parametrize(
    ("page", "number"),
    [
        ('<script src="https://unpkg.com/x.js"></script>', 1),
        ('<link rel="stylesheet" href="//fonts.example/css">', 1),
        ("body{background:url(https://example.org/a.png)}", 1),
        ('<a href="https://example.org">a link</a><link rel="canonical" href="https://example.org">', 0),
        ('<script src="assets/a.js"></script><img src="../a.png">', 0),
        ('<pre class="mermaid"><code>flowchart LR</code></pre>', 1),
        ('<pre class="mermaid"></pre><script src="../assets/mermaid.min.js"></script>', 0),
    ],
)
def test_a_page_that_asks_another_server_is_found(page: str, number: int) -> None:
    assert len(requests(page)) == number


def test_every_page_has_its_place_in_the_site() -> None:
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    placed = [page for part in config["nav"] for pages in part.values() for one in pages for page in one.values()]
    assert len(placed) == len(set(placed))
    there = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    beside = {name.lower() for name in ("CHANGELOG.md", "CONTRIBUTING.md")}
    assert there == set(placed) - beside
