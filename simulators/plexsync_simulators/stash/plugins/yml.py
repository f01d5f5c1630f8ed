"""Plugin files as the server reads them: YAML whose scalars stay texts, and no key twice."""

from __future__ import annotations

import yaml

_NULL = "tag:yaml.org,2002:null"


class BadYaml(ValueError):
    """The text is no YAML, or has a key twice."""


class _Loader(yaml.SafeLoader):
    """Knows texts and null alone: `on`, 1.50 and 2024-01-01 are texts to a field that wants one."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == _NULL]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise BadYaml(f"yaml: line {line}: the key {key!r} is no text")
        if key in found:
            raise BadYaml(f"line {line}: field {key} already set in type plugin.Config")
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read(data: bytes) -> object:
    """Return the first document of a file; raises BadYaml, with the text EOF for an empty one."""
    try:
        text = data.decode("utf-8-sig")
        for document in yaml.load_all(text, Loader=_Loader):
            return document
    except UnicodeDecodeError as error:
        raise BadYaml("yaml: invalid leading UTF-8 octet") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BadYaml(f"yaml: line {line}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise BadYaml(f"yaml: {error}") from error
    raise BadYaml("EOF")
