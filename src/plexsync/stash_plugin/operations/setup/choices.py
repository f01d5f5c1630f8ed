"""Operations of the set-up's steps after the server: libraries, folders and fields."""

from __future__ import annotations

from plexsync.domain.model import Field, Policy
from plexsync.stash_plugin.argument import choice, text
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.opening import open_data
from plexsync.usecases.setup.fields import FieldChoices, choose_fields, fields_view
from plexsync.usecases.setup.folders import FoldersView, choose_folders, folders_view, read_rules
from plexsync.usecases.setup.libraries import LibraryRows, choose_libraries, libraries_view
from plexsync.usecases.setup.steps import SetupView, minding_libraries, setup_view


def libraries(request: PageRequest) -> LibraryRows:
    """List the libraries."""
    with open_data(request.folder) as opened:
        return LibraryRows(libraries_view(opened, lambda _what, _number: None))


def take_libraries(request: PageRequest) -> SetupView:
    """Choose some of them."""
    names = [name.strip() for name in request.text("names").split(";") if name.strip()]
    with open_data(request.folder) as opened:
        choose_libraries(opened, names)
        return setup_view(opened)


def folders(request: PageRequest) -> FoldersView:
    """Show how folders correspond."""
    rules = request.text_or_none("rules")
    with open_data(request.folder) as opened, minding_libraries(opened):
        return folders_view(opened, None if rules is None else read_rules(rules))


def take_folders(request: PageRequest) -> SetupView:
    """Go on with the rules in force, or keep others."""
    rules = request.text_or_none("rules")
    with open_data(request.folder) as opened, minding_libraries(opened):
        choose_folders(opened, None if rules is None else read_rules(rules))
        return setup_view(opened)


def fields(request: PageRequest) -> FieldChoices:
    """Show each field with its rule."""
    with open_data(request.folder) as opened, minding_libraries(opened):
        return FieldChoices(fields_view(opened))


def take_fields(request: PageRequest) -> SetupView:
    """Go on with the rules in force, or give one field another."""
    field, policy = request.text_or_none("field"), request.text_or_none("policy")
    with open_data(request.folder) as opened, minding_libraries(opened):
        choose_fields(opened, {Field(field): Policy(policy)} if field and policy else {})
        return setup_view(opened)


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="setup_libraries",
        help="The movie libraries, with how many of their files Stash knows.",
        twin="plexsync setup",
        answer=LibraryRows,
        ask=libraries,
    ),
    Operation(
        name="setup_choose_libraries",
        help="Choose the libraries to write to.",
        twin="plexsync setup",
        answer=SetupView,
        ask=take_libraries,
        arguments=(text("names", "The libraries' names, separated by a semicolon.", needed=True),),
        changes=True,
    ),
    Operation(
        name="setup_folders",
        help="The folders of Stash and Plex that belong together, with real files in both directions.",
        twin="plexsync setup",
        answer=FoldersView,
        ask=folders,
        arguments=(text("rules", "Rules to try in place of those in force.", longest=5000),),
    ),
    Operation(
        name="setup_choose_folders",
        help="Go on with the folders that were found out, or keep rules of your own.",
        twin="plexsync setup",
        answer=SetupView,
        ask=take_folders,
        arguments=(text("rules", "The rules, as the setting path_map has them.", longest=5000),),
        changes=True,
    ),
    Operation(
        name="setup_fields",
        help="Each field with its rule, and an example of your own library.",
        twin="plexsync setup",
        answer=FieldChoices,
        ask=fields,
    ),
    Operation(
        name="setup_choose_fields",
        help="Go on with the fields' rules, or give one field another rule.",
        twin="plexsync setup",
        answer=SetupView,
        ask=take_fields,
        arguments=(
            choice("field", "The field.", tuple(of.value for of in Field)),
            choice("policy", "Its rule.", tuple(policy.value for policy in Policy)),
        ),
        changes=True,
    ),
)
