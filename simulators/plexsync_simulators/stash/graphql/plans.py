"""Turns a checked selection into functions that build the answer, so that reading 200 scenes costs milliseconds.

A *reader* gives one field of one row: `read(row, request) -> value`. A plan is compiled once per document and then
only walks rows; graphql-core does the parsing, the validation and the coercion of arguments. Only root fields can
fail here (every recorded error has a root field as its path), so there is no bubbling of null through a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
)
from graphql.execution.values import VariableValues, get_argument_values, get_directive_values

from plexsync_simulators.stash.errors import NotSimulated

Reader = Callable[[Any, Any], Any]
ReaderWithArguments = Callable[[Any, Any, Mapping[str, Any]], Any]
Finish = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Fields:
    """The simulator's readers, by type and field name.

    A type that is missing in `plain` is read from mappings by key. `concrete` names the one type the simulator has
    for each interface it uses.
    """

    plain: Mapping[str, Mapping[str, Reader]]
    with_arguments: Mapping[tuple[str, str], ReaderWithArguments]
    concrete: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RootField:
    """One field of the operation: its name in the answer and in the schema, and how its value is put into JSON."""

    key: str
    name: str
    node: FieldNode
    finish: Finish
    nullable: bool


@dataclass
class Compiler:
    """Compiles the selections of one document; `variables` decide directives and nested arguments.

    `reusable` turns False when they did, so the result holds for these variables only.
    """

    schema: GraphQLSchema
    fields: Fields
    document: DocumentNode
    variables: VariableValues
    reusable: bool = True
    _fragments: dict[str, FragmentDefinitionNode] = field(init=False)

    def __post_init__(self) -> None:
        definitions = self.document.definitions
        self._fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}

    def root(self, operation: OperationDefinitionNode) -> list[RootField]:
        """Return the operation's fields in order."""
        root_type = root_of(self.schema, operation)
        return [
            RootField(
                key,
                nodes[0].name.value,
                nodes[0],
                self._finish(root_type.fields[nodes[0].name.value].type, nodes),
                not isinstance(root_type.fields[nodes[0].name.value].type, GraphQLNonNull),
            )
            for key, nodes in self._collect(root_type, operation.selection_set).items()
        ]

    def _finish(self, type_: GraphQLOutputType, nodes: list[FieldNode]) -> Finish:
        inner = _nullable(type_)
        if isinstance(inner, GraphQLList):
            one = self._finish(inner.of_type, nodes)
            return lambda value, request: None if value is None else [one(item, request) for item in value]
        if is_leaf_type(inner):
            return _as_is
        return self._object(self._concrete(inner), nodes)

    def _concrete(self, type_: GraphQLOutputType) -> GraphQLObjectType:
        name = get_named_type(type_).name
        found = self.schema.type_map[self.fields.concrete.get(name, name)]
        if not isinstance(found, GraphQLObjectType):
            raise NotSimulated(f"the simulator has no rows of {name}")
        return found

    def _object(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Finish:
        steps = [self._step(type_, key, group) for key, group in self._sub_fields(type_, nodes).items()]

        def finish(row: object, request: object) -> dict[str, object] | None:
            if row is None:
                return None
            answer = {}
            for key, read, complete in steps:
                value = read(row, request)
                answer[key] = value if complete is None else complete(value, request)
            return answer

        return finish

    def _step(self, type_: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> tuple[str, Reader, Finish | None]:
        name = nodes[0].name.value
        if name == "__typename":
            return key, lambda _row, _request: type_.name, None
        finish = self._finish(type_.fields[name].type, nodes)
        is_leaf = is_leaf_type(get_named_type(type_.fields[name].type))
        return key, self._reader(type_, nodes[0]), None if is_leaf else finish

    def _reader(self, type_: GraphQLObjectType, node: FieldNode) -> Reader:
        name = node.name.value
        with_arguments = self.fields.with_arguments.get((type_.name, name))
        if with_arguments is not None:
            self.reusable = self.reusable and not node.arguments
            arguments = get_argument_values(type_.fields[name], node, self.variables)
            return _bound(with_arguments, arguments)
        if type_.name not in self.fields.plain:
            return _keyed(type_.name, name)
        reader = self.fields.plain[type_.name].get(name)
        if reader is None:
            raise NotSimulated(f"the simulator does not know {type_.name}.{name}")
        return reader

    def _sub_fields(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> dict[str, list[FieldNode]]:
        merged: dict[str, list[FieldNode]] = {}
        for node in nodes:
            if node.selection_set:
                for key, found in self._collect(type_, node.selection_set).items():
                    merged.setdefault(key, []).extend(found)
        return merged

    def _collect(self, type_: GraphQLObjectType, selection: SelectionSetNode) -> dict[str, list[FieldNode]]:
        grouped: dict[str, list[FieldNode]] = {}
        for node in self._flat(type_, selection):
            grouped.setdefault((node.alias or node.name).value, []).append(node)
        return grouped

    def _flat(self, type_: GraphQLObjectType, selection: SelectionSetNode) -> Iterator[FieldNode]:
        for node in selection.selections:
            if node.directives and not self._wanted(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition.name.value if node.type_condition else type_.name
                yield from self._fragment(type_, condition, node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                yield from self._fragment(type_, fragment.type_condition.name.value, fragment.selection_set)

    def _fragment(self, type_: GraphQLObjectType, condition: str, selection: SelectionSetNode) -> Iterator[FieldNode]:
        if condition == type_.name or self.fields.concrete.get(condition) == type_.name:
            yield from self._flat(type_, selection)

    def _wanted(self, node: SelectionNode) -> bool:
        self.reusable = False
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not (skip and skip["if"]) and (include is None or include["if"])


def root_of(schema: GraphQLSchema, operation: OperationDefinitionNode) -> GraphQLObjectType:
    """Return the type of the operation's root fields, which every recorded schema has."""
    return cast("GraphQLObjectType", schema.get_root_type(operation.operation))


def _nullable(type_: GraphQLOutputType) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _as_is(value: object, _request: object) -> object:
    return value


def _bound(read: ReaderWithArguments, arguments: Mapping[str, object]) -> Reader:
    return lambda row, request: read(row, request, arguments)


def _keyed(type_: str, name: str) -> Reader:
    def read(row: Any, _request: Any) -> Any:
        try:
            return row[name]
        except KeyError:
            raise NotSimulated(f"the simulator does not know {type_}.{name}") from None

    return read
