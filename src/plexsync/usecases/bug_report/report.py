"""Makes a bug report: reads its parts, takes out secrets and names, and packs them into one zip."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexsync.domain.errors import PlexSyncError
from plexsync.net.redaction import Redactor
from plexsync.store.files import private_file
from plexsync.usecases.bug_report.names import known_names
from plexsync.usecases.bug_report.sources import SOURCES, Material, Source, read
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.pseudonyms.replacer import Replacer
from plexsync.usecases.pseudonyms.vocabulary import own_words
from plexsync.usecases.refusal import Refused

_ABOUT = "about.txt"
_HEAD = "A bug report of PlexSync. It holds:"
_REPLACED = """\
Secrets are masked. Pseudonyms stand in place of names, titles, paths and addresses. In <s16 aA_#3> the text has about
16 characters: small and capital letters, and spaces. Equal texts have the same number. PlexSync's own words stay."""
_PLAIN = "Secrets are masked. Names, titles, paths and addresses stand in it as they are: its maker wanted it so."


@dataclass(frozen=True, slots=True)
class PartOfReport:
    """A file of the report: its name, what it holds in words, and its text."""

    name: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class BugReport:
    """A report that nothing was written of yet."""

    parts: tuple[PartOfReport, ...]

    def packed(self) -> bytes:
        """Return it as a zip."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in self.parts:
                archive.writestr(part.name, part.text)
        return packed.getvalue()


def bug_report(
    folder: Path, now: Callable[[], float], heed: Callable[[Source], None], *, with_names: bool = False
) -> BugReport:
    """Read all parts; ``heed`` hears of each before it is read. Writes nothing, and asks both servers for ``check``.

    A data folder that cannot be opened is no hindrance: the report says so.
    """
    with _material(folder, now) as material:
        redactor = _redactor(material)
        replacer = None if with_names else _replacer(material)
        parts = []
        for source in SOURCES:
            heed(source)
            parts.append(PartOfReport(source.name, source.about, _text(read(source, material), redactor, replacer)))
    return BugReport((_about(parts, with_names=with_names), *parts))


def save(report: BugReport, path: Path) -> None:
    """Write the zip, whole or not at all; raises :class:`Refused`."""
    require_new(path)
    try:
        private_file.write_bytes(path, report.packed())
    except OSError as problem:
        raise Refused("report_not_saved", {"path": str(path), "detail": problem.strerror or str(problem)}) from problem


def require_new(path: Path) -> None:
    """Raise :class:`Refused` where a report cannot be kept under this name."""
    if path.exists():
        raise Refused("report_exists", {"path": str(path)})
    if not path.parent.is_dir():
        raise Refused("report_not_saved", {"path": str(path), "detail": "there is no such folder"})


@contextmanager
def _material(folder: Path, now: Callable[[], float]) -> Iterator[Material]:
    try:
        opened = open_data(folder)
    except PlexSyncError as error:
        yield Material(folder, now, error)
        return
    with opened:
        yield Material(folder, now, opened)


def _redactor(material: Material) -> Redactor:
    return material.data.context.redactor if isinstance(material.data, Opened) else Redactor()


def _replacer(material: Material) -> Replacer:
    names = known_names(material.data) if isinstance(material.data, Opened) else ()
    return Replacer(names, own_words())


def _text(value: Any, redactor: Redactor, replacer: Replacer | None) -> str:
    """Return a part as it goes into its file."""
    clean = _cleaned(value if isinstance(value, str) else json.loads(json.dumps(value, default=str)), redactor)
    if isinstance(clean, str):
        return clean if replacer is None else replacer.text(clean)
    told = clean if replacer is None else replacer.document(clean)
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _cleaned(value: Any, redactor: Redactor) -> Any:
    """Return what JSON can hold with all secrets masked."""
    if isinstance(value, dict):
        return {redactor.clean(name): _cleaned(one, redactor) for name, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one, redactor) for one in value]
    return redactor.clean(value) if isinstance(value, str) else value


def _about(parts: list[PartOfReport], *, with_names: bool) -> PartOfReport:
    listed = [f"  {part.name:<20}{part.about}" for part in parts]
    text = "\n".join([_HEAD, "", *listed, "", _PLAIN if with_names else _REPLACED, ""])
    return PartOfReport(_ABOUT, "what each file holds", text)
