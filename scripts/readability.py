"""Hold every text that a person reads to short sentences that begin with their subject.

A document or a Python file is not in order if its sentences have more than 17 words on average, or if one begins with a
relative clause ("What was changed is …"). No sentence of a document may have more than 25
words, and none in code more than 40.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from texts import CODE, DOCUMENTS, ROOT, Paragraph, paragraphs, sentences, tracked, words

MEAN = 17
MOST = 25
MOST_IN_CODE = 40
FEW = 10
"""A mean of fewer sentences says nothing."""
RELATIVE = re.compile(r"[\W_]*(?:What|Who|Whom|Whoever|Whose|Which|Whatever)\b(?=.*[.:!]\W*$)")


@dataclass(frozen=True)
class Fault:
    """A text that is not in order."""

    line: int
    text: str


def faults(found: list[Paragraph], most: int = MOST) -> list[Fault]:
    """Return what is wrong with the paragraphs of a file."""
    result = []
    counts = []
    for paragraph in found:
        for sentence in sentences(paragraph.text):
            counts.append(words(sentence))
            shown = sentence if counts[-1] <= most else " ".join(sentence.split()[:12]) + " …"
            if counts[-1] > most:
                result.append(Fault(paragraph.line, f"{counts[-1]} words: {shown}"))
            if RELATIVE.match(sentence):
                result.append(Fault(paragraph.line, f"begins with a relative clause: {shown}"))
    if len(counts) >= FEW and sum(counts) / len(counts) > MEAN:
        result.append(Fault(0, f"{sum(counts) / len(counts):.1f} words in a sentence on average"))
    return result


def main(arguments: list[str]) -> int:
    """Look at all files, or at those that are named; returns the exit code."""
    files = [Path(name).resolve() for name in arguments] or tracked(*DOCUMENTS, *CODE)
    wrong = 0
    for path in files:
        if path.name == "test_text_checks.py":  # its examples are wrong on purpose
            continue
        for fault in faults(paragraphs(path), MOST if path.suffix == ".md" else MOST_IN_CODE):
            print(f"{path.relative_to(ROOT)}:{fault.line}: {fault.text}")
            wrong += 1
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
