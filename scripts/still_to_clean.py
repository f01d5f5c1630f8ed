"""The list of files that a check leaves out until somebody has cleaned them; it may only become shorter."""

from __future__ import annotations

from dataclasses import dataclass, field

from texts import ROOT

LIST = ROOT / "scripts" / "still-to-clean.txt"


@dataclass
class Waiting:
    """The files that one check leaves out; with ``everything`` a file in order must leave the list."""

    check: str
    everything: bool
    files: set[str]
    wrong: int = 0
    done: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, check: str, *, everything: bool) -> Waiting:
        """Read the list; a run over named files leaves out none."""
        lines = LIST.read_text("utf-8").split("\n") if everything and LIST.exists() else []
        pairs = [line.split(" ", 1) for line in lines if line and not line.startswith("#")]
        return cls(check, everything, {name for of, name in pairs if of == check})

    def judge(self, name: str, *, clean: bool) -> bool:
        """Note what a file is like; returns whether its faults are to be shown."""
        if name in self.files:
            self.files.discard(name)
            if clean:
                self.done.append(name)
            return False
        self.wrong += not clean
        return not clean

    def finish(self) -> int:
        """Say which entries have to leave the list; returns the exit code."""
        leaving = [*self.done, *sorted(self.files)] if self.everything else []
        for name in leaving:
            print(f"{LIST.relative_to(ROOT)}: remove the line: {self.check} {name}")
        return int(bool(self.wrong or leaving))
