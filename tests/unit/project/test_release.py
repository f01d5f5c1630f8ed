"""A release: refused where something is missing, and the same bytes from the same commit."""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
import tarfile
from pathlib import Path

import pytest
import yaml
from release import archive, contents, hand_over, hindrances, notes

ROOT = Path(__file__).parents[3]
PINS = {
    name: (ROOT / "requirements" / file).read_text("utf-8")
    for name, file in {"plugin zip": "runtime.txt", "command line": "app.txt"}.items()
}
ENTRY = "# Changelog\n\n## [1.4.0] - 2026-12-01\n\n### Added\n\n* New.\n"


def test_what_is_not_committed_or_not_told_is_refused() -> None:
    assert hindrances(ENTRY, "", "1.4.0", "v1.4.0") == []
    (dirty,) = hindrances(ENTRY, " M src/a.py\n?? b.txt\n", "1.4.0", "v1.4.0")
    assert "src/a.py, b.txt" in dirty
    (mistaken,) = hindrances(ENTRY, "", "1.4.0", "v1.4.1")
    assert "The tag v1.4.1 is not v1.4.0" in mistaken
    for changelog in (
        "",
        "## [1.4.0]\n",
        "## [Unreleased]\n",
        "## [1.4.1] - 2026-12-01\n",
        "## [1x4.0] - 2026-12-01\n",
        "## [1.4.0] - 2026-12-01\n\n## [1.3.0] - 2026-11-01\n\nOld.\n",
    ):
        (untold,) = hindrances(changelog, "", "1.4.0", "v1.4.0")
        assert "[1.4.0]" in untold


def test_a_forge_is_told_of_this_version_alone() -> None:
    older = "\n## [1.3.0] - 2026-11-01\n\n* Old.\n\n[1.4.0]: https://example.org/compare\n"
    assert notes(ENTRY + older, "1.4.0") == "### Added\n\n* New."
    assert notes(ENTRY + older, "1.3.0") == "* Old."


@pytest.mark.skipif(sys.platform == "win32", reason="the forge's program is a shell script here")
def test_the_forge_gets_every_file_and_the_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [tmp_path / "SHA256SUMS", tmp_path / "StashPlexSync.zip"]
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert hand_over("v1.4.0", files, "") == 1
    forge, heard = tmp_path / "gh", tmp_path / "heard"
    forge.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{heard}\n/bin/cat >>{heard}\nexit 4\n', encoding="ascii")
    forge.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert hand_over("v1.4.0", files, "* News.\n") == 4
    words = ["release", "create", "v1.4.0", *map(str, files), "--verify-tag", "--title", "v1.4.0", "--notes-file", "-"]
    assert heard.read_text(encoding="ascii").splitlines() == [*words, "* News."]


def test_the_changelog_keeps_the_form_that_people_know() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert heads
    assert all(re.fullmatch(r"\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", head) for head in heads)
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_list_of_contents_names_every_package_with_its_hashes() -> None:
    made = contents(PINS, "1.4.0", 1_800_000_000)
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert made == json.loads(json.dumps(contents(PINS, "1.4.0", 1_800_000_000)))
    names = {part["name"] for part in made["components"]}
    assert {"tomlkit", "urllib3", "websocket-client", "click", "rich"} <= names
    pinned = {name for text in PINS.values() for name in re.findall(r"^([a-z0-9_.-]+)==", text, re.MULTILINE)}
    assert names == pinned
    assert all(part["hashes"] and len(one["content"]) == 64 for part in made["components"] for one in part["hashes"])
    (shipped,) = (part for part in made["components"] if part["name"] == "tomlkit")
    assert [one["value"] for one in shipped["properties"]] == ["plugin zip", "command line"]
    assert set(made["dependencies"][0]["dependsOn"]) == {part["purl"] for part in made["components"]}


def test_an_archive_is_the_same_whenever_it_is_made(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "page.html").write_text("page", encoding="utf-8")
    (tmp_path / "sitemap.xml.gz").write_bytes(gzip.compress(b"map", mtime=1))
    first = archive(tmp_path, 1_800_000_000)
    (tmp_path / "sitemap.xml.gz").write_bytes(gzip.compress(b"map", mtime=2))
    (tmp_path / "b" / "page.html").touch()
    assert archive(tmp_path, 1_800_000_000) == first
    with tarfile.open(fileobj=io.BytesIO(first)) as opened:
        assert opened.getnames() == ["b/page.html", "sitemap.xml.gz"]


def test_the_workflow_calls_our_own_scripts_and_nothing_else() -> None:
    flow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8"))
    steps = [step for job in flow["jobs"].values() for step in job["steps"]]
    assert [step["uses"] for step in steps if "uses" in step] == ["actions/checkout@v4"] * 2
    ran = [step["run"] for step in steps if "run" in step]
    assert ran == [".ci/run", 'scripts/release --publish "$GITHUB_REF_NAME"']
