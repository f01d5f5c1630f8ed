"""Hold code, tests, documents and settings to the words of `docs/engineering/glossary.md`: no old one is left.

Some old words are ordinary English. Those are looked for only where they have their old meaning: as a noun, as a name
in code.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from texts import ROOT, tracked

FILES = (
    "*.md",
    "*.toml",
    "docs/**",
    "src/**",
    "simulators/**",
    "tests/**",
    "bench/**",
    "scripts/**",
    "plugin/**",
    "ui/**",
)
LEFT_OUT = (
    "tests/recordings/",  # what servers said
    "tests/fixtures/",  # what earlier versions wrote
    "tests/fuzz/corpus/",
    "tests/fuzz/seeds/",
    "src/plexsync/store/schema.py",  # what earlier versions called it
    "scripts/old_words.py",
    "plugin/plexsync.js",  # built, as are those below
    "plugin/assets/",
    "tests/unit/project/test_text_checks.py",
)
ENDINGS = (".graphql", ".gz", ".lock")

OLD = {
    "feeder": "stash watcher",
    "census": "initial scan",
    "overlooked": "hidden change",
    "shelves": "library sync",
    "portrait": "status",
    "suspicion": "fault isolation",
    "as_left": "drift",
    "desk": "commands",
    "errand": "task context, job",
    "nursery": "forkserver",
    "nursling": "forked process",
    "turmoil": "workload",
    "weather": "fault injector, conditions",
    "outlook": "scene plan",
    "whereabouts": "file locations",
    "unheard": "client gone, unnoticed",
    "senseless": "decode error, malformed",
    "set aside": "deferred",
    "surroundings": "context",
    "lookout": "poll schedule",
    "stash_pass": "full_scan",
    "pass_pace": "full_scan_backoff",
    "stash_folders": "folder_renames",
    "path_rules": "path_mapping",
    "further_tries": "retry_budget",
    "time_share": "rate_budget",
    "run_brake": "mass_change_guard",
    "full_runs": "coverage",
    "stash_time": "load_budget",
    "tick": "poll, turn",
    "tug.of.war": "contest",
    "tugofwar": "contest",
    "shelf": "table, kept libraries",
    "memories": "sync records",
    "memory of a": "sync record",
    "memory of each": "sync record",
    "stumble": "internal error, fail",
    "stumbled": "internal error, fail",
    "stumbling": "internal error, fail",
}
IN_CODE = {  # ordinary English elsewhere
    r"class Weather|_weather\b": "conditions",
    r"\bOutlook\b|\boutlook\b": "ScenePlan",
    r"\bTie\b": "LinkSummary",
    r"class News\b": "IndexChanges",
    r"\bMemory\b": "SyncRecord",
    r"\baround = Context|\.around\b": "context",
    r"\blooks?(?:\.\w| = )|\b_?looks?\(|\bLOOKS?(?:_|\b)": "poll, count, ask",
    r"query Look\b|[\"^]Look[\"$]": "query Poll",
    r"\.want\(|\bdef want\b": "enqueue",
    r"\bdoor\b|_door\b|\bdoor_": "hook.py, plugin process",
    r"plexsync[./](?:core|door|service(?=[./]\w)|sim)\b|\bcore/\w+\.py|\bdoor/\w+": "the new rooms",
    r"\bagent/(?:feeder|desk|handler|lease|portrait)": "the new rooms",
}
BEFORE = (
    r"(?<![a-z])(?:an?|the|each|every|this|that|these|those|next|last|first|one|no|another|such a|cheap|full|deep|wide"
    r"|widened|two|three|few|fewer|many|patient|needs|slow|whose|between|ten)[ _]"
)
NOUNS = {
    BEFORE + r"pass(?:es)?(?![a-z])(?![ _](?:an?|the|on|by|to|for)(?![a-z]))": "full scan",
    BEFORE + r"looks?(?![a-z-])(?![ _](?:at|into|like|up|the)(?![a-z]))": "poll",
}
PATTERNS = [
    *(
        (re.compile(rf"(?<![a-z]){word.replace(' ', '[ _]')}s?(?![a-z])", re.IGNORECASE), new)
        for word, new in OLD.items()
    ),
    *((re.compile(pattern, re.IGNORECASE), new) for pattern, new in NOUNS.items()),
]
NAMES = [(re.compile(pattern), new) for pattern, new in IN_CODE.items()]


def faults(text: str, *, code: bool = True) -> list[tuple[int, str]]:
    """Return the old words of a text: line, and what to say instead; old names only where it is ``code``."""
    found = []
    patterns = [*PATTERNS, *NAMES] if code else PATTERNS
    for number, line in enumerate(text.split("\n"), 1):
        for pattern, new in patterns:
            found += [(number, f"“{old[0]}” is now: {new}") for old in pattern.finditer(line)]
    return found


def main(arguments: list[str]) -> int:
    """Look at all files, or at those that are named; returns the exit code."""
    files = [Path(name).resolve() for name in arguments] or tracked(*FILES)
    wrong = 0
    for path in files:
        name = str(path.relative_to(ROOT))
        if name.startswith(LEFT_OUT) or name.endswith(ENDINGS):
            continue
        try:
            text = f"{path.name}\n{path.read_text('utf-8')}"
        except UnicodeDecodeError:
            continue
        for line, fault in faults(text, code=path.suffix != ".md"):
            print(f"{name}:{max(1, line - 1)}: {fault}")
            wrong += 1
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
