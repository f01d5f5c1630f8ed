"""The recorded schemas, and documents parsed and checked against one of them.

The SDL files beside this module are written from the recorded introspection by `scripts/stash-schemas`.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from importlib import resources

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    parse,
    validate,
)

VERSIONS = ("v0.27.2", "v0.28.1", "v0.29.3", "v0.30.1", "develop-2026-01", "develop-2026-02")
_TOLD = {"develop-2026-01": "v0.30.1-19-gcf3489efd", "develop-2026-02": "v0.30.1-81-g86abe7b2"}
_CACHED_DOCUMENTS = 256


class BadDocument(Exception):
    """A request the server answers with a protocol error: `errors` as in the answer's JSON."""

    def __init__(self, errors: list[dict[str, object]]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Version:
    """How the versions differ beside their schema.

    `told` is the version that it names itself. `clears_covers`: a scene's cover goes with null or an empty text.
    `drops_double_aliases`: a name that is an alias too, or one given twice, is no error and is left out.
    """

    name: str
    told: str
    answer_type: str
    partial_dates: bool
    database_schema: int
    clears_covers: bool
    drops_double_aliases: bool


def version(name: str) -> Version:
    """Return what is known of a version; raises KeyError for one that was not recorded.

    The answer's media type follows from the server library each version was built with: before v0.29 it knows only
    `application/json`. Partial dates came with v0.30, the last two with v0.31
    (tests/recordings/stash/changes-develop-2026-02.json).
    """
    index = {known: n for n, known in enumerate(VERSIONS)}[name]
    answer_type = "application/graphql-response+json" if index >= 2 else "application/json"
    return Version(
        name,
        told=_TOLD.get(name, name),
        answer_type=answer_type,
        partial_dates=index >= 3,
        database_schema=(67, 71, 73, 75, 75, 83)[index],
        clears_covers=index >= 5,
        drops_double_aliases=index >= 5,
    )


@cache
def load(name: str) -> GraphQLSchema:
    """Return the schema of a recorded version, built once per process."""
    sdl = (resources.files(__package__) / "schema" / f"{name}.graphql").read_text("utf-8")
    return build_schema(sdl, assume_valid=True)


class Documents:
    """Parses and validates query texts, remembering the latest few hundred."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._known: OrderedDict[str, DocumentNode] = OrderedDict()

    def get(self, text: str) -> DocumentNode:
        """Return the checked document; raises BadDocument with the server's words."""
        if text in self._known:
            self._known.move_to_end(text)
            return self._known[text]
        if not text.strip():
            raise BadDocument([_protocol("no operation provided", "GRAPHQL_VALIDATION_FAILED")])
        document = self._checked(text)
        self._known[text] = document
        if len(self._known) > _CACHED_DOCUMENTS:
            self._known.popitem(last=False)
        return document

    def _checked(self, text: str) -> DocumentNode:
        try:
            document = parse(text)
        except GraphQLError as error:
            raise BadDocument([_told(error, "GRAPHQL_PARSE_FAILED")]) from error
        errors = validate(self.schema, document)
        if errors:
            raise BadDocument([_told(error, "GRAPHQL_VALIDATION_FAILED") for error in errors])
        return document


def operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """Return the operation to run; raises BadDocument if the name fits none."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if not name and len(operations) == 1:
        return operations[0]
    for node in operations:
        if node.name and node.name.value == name:
            return node
    raise BadDocument([_protocol(f"operation {name or ''} not found", "GRAPHQL_VALIDATION_FAILED")])


def _protocol(message: str, code: str) -> dict[str, object]:
    return {"message": message, "extensions": {"code": code}}


def _told(error: GraphQLError, code: str) -> dict[str, object]:
    """Put an error as the server's own library words it: no prefix, no suggestion, double quotes."""
    message = error.message.removeprefix("Syntax Error: ").split(" Did you mean")[0].replace("'", '"')
    if code == "GRAPHQL_PARSE_FAILED":
        message = re.sub(r"\.$", "", message)
    told: dict[str, object] = {"message": message, "extensions": {"code": code}}
    if error.locations:
        first = error.locations[0]
        told["locations"] = [{"line": first.line, "column": first.column}]
    return told
