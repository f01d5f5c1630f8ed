"""One tree, two notations: JSON if the client accepts it, else XML with the same names.

Source: docs/engineering/plex.md §0; ha_library_sections.xml beside ws_sections_get_200.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from plexsync_simulators.shared.json_type import Row

_CONTROL = re.compile(r"(?<!\\)((?:\\\\)*)\\u00([01][0-9a-f])")
# In XML an element of the JSON list "Metadata" is named after what it is.
_XML_NAMES = {"movie": "Video", "episode": "Video", "clip": "Video", "photo": "Photo"}


def to_json(container: Row, rows: Iterable[str] = (), *, raw_controls: bool = False) -> bytes:
    """`{"MediaContainer": …}`; `rows` are items of its Metadata list already in JSON.

    With `raw_controls` control characters stand in strings as they are, which is no JSON (docs/engineering/plex.md §0).
    """
    head = json.dumps({"MediaContainer": container}, ensure_ascii=False, separators=(",", ":"))
    joined = ",".join(rows)
    if joined:
        head = f'{head[:-2]},"Metadata":[{joined}]}}}}'
    if raw_controls:
        head = _CONTROL.sub(lambda escape: f"{escape[1]}{chr(int(escape[2], 16))}", head)
    return to_bytes(head)


def to_bytes(text: str) -> bytes:
    """UTF-8; the half characters that a title may hold come out as the bytes they were."""
    return text.encode("utf-8", "surrogateescape")


def to_xml(container: Row, metadata_name: str = "Directory") -> bytes:
    """The same as one `<MediaContainer>` element: scalars are attributes, lists are child elements.

    `metadata_name` is the element for rows of Metadata whose type does not tell.
    """
    pieces = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    renamed = {
        metadata_name if key == "Metadata" and metadata_name != "Directory" else key: node
        for key, node in container.items()
    }
    _element(pieces, "MediaContainer", renamed)
    return to_bytes("".join(pieces))


def _element(pieces: list[str], name: str, node: Row) -> None:
    attributes: list[str] = []
    children: list[tuple[str, Row]] = []
    for key, value in node.items():
        if isinstance(value, list):
            children.extend((_xml_name(key, child), child) for child in value if isinstance(child, dict))
        elif isinstance(value, dict):
            children.append((key, value))
        elif value is not None:
            attributes.append(f" {key}={quoteattr(_clean(_text(value)))}")
    pieces.append(f"<{name}{''.join(attributes)}")
    if not children:
        pieces.append(" />\n")
        return
    pieces.append(">\n")
    for child_name, child in children:
        _element(pieces, child_name, child)
    pieces.append(f"</{name}>\n")


def _xml_name(key: str, child: Row) -> str:
    return _XML_NAMES.get(str(child.get("type")), "Directory") if key == "Metadata" else key


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def _clean(text: str) -> str:
    """Control characters cannot stand in XML at all."""
    if text.isprintable():
        return text
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n\r")
