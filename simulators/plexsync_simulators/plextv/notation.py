"""The two notations of plex.tv: JSON for who asks for it and nothing else, XML for everybody else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from aiohttp import web

Document = Mapping[str, object] | list[dict[str, object]]

JSON = "application/json"
_SINGULAR = {"entitlements": "entitlement", "services": "service", "features": "feature", "users": "user"}
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z")


def wants_json(request: web.Request) -> bool:
    """Whether a client is given JSON: it must accept that alone (docs/engineering/plextv.md §2)."""
    return request.headers.get("Accept", "").strip() == JSON


def written(document: Document, root: str, *, as_json: bool, status: int = 200) -> web.Response:
    """An answer in the notation asked for; `root` names the outermost element of XML."""
    if as_json:
        return web.Response(status=status, text=json.dumps(document), content_type=JSON)
    text = ET.tostring(_element(root, document), encoding="unicode")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return web.Response(status=status, text=f"{head}{text}\n", content_type="application/xml")


def _element(name: str, value: object) -> ET.Element:
    element = ET.Element(name)
    if isinstance(value, list):
        element.extend(_element(_SINGULAR.get(name, name.removesuffix("s")), one) for one in value)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if isinstance(one, Mapping | list):
                element.append(_element(key, one))
            else:
                element.set(key, _attribute(one))
    else:
        element.set("id", _attribute(value))
    return element


def _attribute(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return _ISO.sub(r"\1 \2 UTC", str(value))
