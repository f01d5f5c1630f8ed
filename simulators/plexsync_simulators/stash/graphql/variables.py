"""Checks the variables of a request as the real server's library does, with its words and paths."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    type_from_ast,
)
from graphql.execution.values import VariableValues, get_variable_values

from plexsync_simulators.stash.graphql.schema import BadDocument

Path = tuple[object, ...]


def coerce(schema: GraphQLSchema, operation: OperationDefinitionNode, given: dict[str, object]) -> VariableValues:
    """Return the coerced variables; raises BadDocument (recordings error_unknown_variable_enum and its like)."""
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        type_ = type_from_ast(schema, definition.type)
        if name in given:
            _check(type_, given[name], ("variable", name))
        elif isinstance(type_, GraphQLNonNull) and definition.default_value is None:
            raise _bad("must be defined", ("variable", name))
    coerced = get_variable_values(schema, operation.variable_definitions or (), given, max_errors=1)
    if isinstance(coerced, VariableValues):
        return coerced
    raise _bad(coerced[0].message, ("variable",))


def _check(type_: Any, value: Any, path: Path) -> None:
    if value is None:
        if isinstance(type_, GraphQLNonNull):
            raise _bad("cannot be null", path)
        return
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if isinstance(inner, GraphQLList):
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            _check(inner.of_type, item, (*path, index))
    elif isinstance(inner, GraphQLInputObjectType):
        _check_object(inner, value, path)
    elif isinstance(inner, GraphQLEnumType):
        if not isinstance(value, str):
            raise _bad("enums must be ints or strings", path)
        if value not in inner.values:
            raise _bad(f"{value} is not a valid {inner.name}", path)
    else:
        _check_scalar(inner.name, value, path)


def _check_object(type_: GraphQLInputObjectType, value: object, path: Path) -> None:
    if not isinstance(value, dict):
        raise _bad(f"must be a {type_.name}", path)
    for name in value:
        if name not in type_.fields:
            raise _bad("unknown field", (*path, name))
    for name, field in type_.fields.items():
        if name in value:
            _check(field.type, value[name], (*path, name))
        elif isinstance(field.type, GraphQLNonNull) and field.default_value is Undefined:
            raise _bad("must be defined", (*path, name))


_ACCEPTED: dict[str, tuple[type, ...]] = {
    "Int": (int, float, str),
    "Float": (int, float, str),
    "String": (str,),
    "Boolean": (bool,),
    "ID": (int, str),
}
_GO_KINDS = {bool: "bool", int: "int64", float: "float64", str: "string", list: "slice", dict: "map"}


def _check_scalar(name: str, value: object, path: Path) -> None:
    accepted = _ACCEPTED.get(name)
    if accepted is None:
        return
    if not isinstance(value, accepted) or (isinstance(value, bool) and bool not in accepted):
        raise _bad(f"cannot use {_GO_KINDS[type(value)]} as {name}", path)


def _bad(message: str, path: Path) -> BadDocument:
    extensions = {"code": "GRAPHQL_VALIDATION_FAILED"}
    return BadDocument([{"message": message, "path": list(path), "extensions": extensions}])
