"""Answers one GraphQL request: document, variables, root fields in order, errors in the server's shape."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    execute_sync,
)
from graphql.execution.values import VariableValues, get_argument_values

from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.stash.errors import NotSimulated, ResolverError
from plexsync_simulators.stash.graphql.plans import Compiler, Fields, RootField, root_of
from plexsync_simulators.stash.graphql.schema import BadDocument, Documents, operation
from plexsync_simulators.stash.graphql.variables import coerce

Selections = tuple[SelectionNode, ...]
Resolver = Callable[[Any, Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One GraphQL request as it came in."""

    query: str
    variables: Json
    operation: str | None = None


class Engine:
    """Executes questions against one schema; resolvers of mutations may be coroutines, all others must not be."""

    def __init__(self, schema: GraphQLSchema, fields: Fields, resolvers: Mapping[str, Resolver]) -> None:
        self._schema = schema
        self._documents = Documents(schema)
        self._fields = fields
        self._resolvers = resolvers
        self._plans: dict[tuple[str, str | None], list[RootField]] = {}

    async def answer(self, question: Question, request: object) -> Json:
        """Return the JSON answer; raises BadDocument for a protocol error."""
        document = self._documents.get(question.query)
        chosen = operation(document, question.operation)
        variables = coerce(self._schema, chosen, question.variables)
        told, asked = _parted(chosen)
        about_schema = self._introspection(document, chosen, told, question) if told else {}
        if not asked:
            return about_schema
        try:
            plan = self._plan(question, document, _with(chosen, asked), variables)
        except NotSimulated as refusal:
            return {"errors": [{"message": str(refusal)}], "data": None}
        answer = await self._run(plan, chosen, variables, request)
        if about_schema and answer["data"] is not None:
            answer["data"] = {**answer["data"], **about_schema["data"]}
        return answer

    def kind(self, question: Question) -> tuple[str, str]:
        """Return the operation's kind and its name (the first root field's where it has none), for counting."""
        chosen = operation(self._documents.get(question.query), question.operation)
        first = chosen.selection_set.selections[0]
        fallback = getattr(getattr(first, "name", None), "value", "?")
        return chosen.operation.value, chosen.name.value if chosen.name else str(fallback)

    def _plan(
        self,
        question: Question,
        document: DocumentNode,
        chosen: OperationDefinitionNode,
        variables: VariableValues,
    ) -> list[RootField]:
        key = (question.query, question.operation)
        if key in self._plans:
            return self._plans[key]
        compiler = Compiler(self._schema, self._fields, document, variables)
        plan = compiler.root(chosen)
        if compiler.reusable and len(self._plans) < 1000:
            self._plans[key] = plan
        return plan

    async def _run(
        self, plan: list[RootField], chosen: OperationDefinitionNode, variables: VariableValues, request: object
    ) -> Json:
        root_type = root_of(self._schema, chosen)
        data: Json | None = {}
        errors = []
        for field in plan:
            arguments = get_argument_values(root_type.fields[field.name], field.node, variables)
            value, error = await self._value(field, request, arguments)
            if error is not None:
                errors.append(error)
            if error is not None and not field.nullable:
                data = None
            elif data is not None:
                data[field.key] = value
        return {"errors": errors, "data": data} if errors else {"data": data}

    async def _value(
        self, field: RootField, request: object, arguments: Mapping[str, object]
    ) -> tuple[object, Json | None]:
        """Return the field's value, or None and the error."""
        try:
            value = self._resolvers.get(field.name, _unknown(field.name))(request, arguments)
            if inspect.isawaitable(value):
                value = await value
            return field.finish(value, request), None
        except ResolverError as refusal:
            return None, {"message": str(refusal), "path": [field.key]}

    def _introspection(
        self, document: DocumentNode, chosen: OperationDefinitionNode, told: Selections, question: Question
    ) -> Json:
        """Answer what is asked about the schema itself."""
        others = tuple(node for node in document.definitions if node is not chosen)
        narrowed = DocumentNode(definitions=(_with(chosen, told), *others))
        result = execute_sync(
            self._schema, narrowed, variable_values=question.variables, operation_name=question.operation
        )
        return dict(result.formatted)


def read_question(body: object) -> Question:
    """Return the question in a JSON body; raises BadDocument where the server does."""
    if not isinstance(body, dict):
        raise BadDocument([{"message": "json request body could not be decoded"}])
    return Question(body.get("query") or "", body.get("variables") or {}, body.get("operationName"))


def _unknown(name: str) -> Resolver:
    def resolve(_request: object, _arguments: Mapping[str, object]) -> object:
        raise NotSimulated(f"the simulator does not know {name}")

    return resolve


def _parted(chosen: OperationDefinitionNode) -> tuple[Selections, Selections]:
    """Part what is asked about the schema itself from what is asked of the library."""
    told: list[SelectionNode] = []
    asked: list[SelectionNode] = []
    for node in chosen.selection_set.selections:
        name = getattr(getattr(node, "name", None), "value", "")
        (told if name.startswith("__") else asked).append(node)
    return tuple(told), tuple(asked)


def _with(chosen: OperationDefinitionNode, selections: Selections) -> OperationDefinitionNode:
    """Return the operation asking for these fields only."""
    return OperationDefinitionNode(
        operation=chosen.operation,
        name=chosen.name,
        variable_definitions=chosen.variable_definitions,
        directives=chosen.directives,
        selection_set=SelectionSetNode(selections=selections),
    )
