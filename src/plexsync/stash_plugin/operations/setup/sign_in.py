"""Operations of the sign-in: the link and the code, the servers, and the way out."""

from __future__ import annotations

import time

from plexsync.stash_plugin.argument import text, yes_no
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.adopt.tools import tool_named
from plexsync.usecases.opening import open_data
from plexsync.usecases.sign_in.server_choice import (
    AccountServers,
    ChosenServer,
    choose_server,
    servers_view,
    use_address,
)
from plexsync.usecases.sign_in.sign_in import SignInView, show
from plexsync.usecases.sign_in.sign_out import SignedOut, sign_out


def sign_in(request: PageRequest) -> SignInView:
    """Say how the sign-in stands."""
    with open_data(request.folder) as opened:
        return show(opened, time.monotonic, anew=request.flag("anew"))


def address(request: PageRequest) -> ChosenServer:
    """Take an address and a token of a person's own."""
    with open_data(request.folder) as opened:
        return use_address(opened, request.text("url"), request.text("token"))


def use_tool(request: PageRequest) -> ChosenServer:
    """Take the address and the token of another tool."""
    with open_data(request.folder) as opened:
        tool = tool_named(opened, request.text("name"))
        return use_address(opened, tool.url, tool.token)


def servers(request: PageRequest) -> AccountServers:
    """List the account's servers."""
    with open_data(request.folder) as opened:
        return servers_view(opened)


def server(request: PageRequest) -> ChosenServer:
    """Choose one of them."""
    with open_data(request.folder) as opened:
        return choose_server(opened, request.text("server"))


def leave(request: PageRequest) -> SignedOut:
    """Sign out."""
    with open_data(request.folder) as opened:
        return sign_out(opened)


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="setup_sign_in",
        help="How the sign-in stands; begins one if there is none. Ask every two seconds until there is an account.",
        twin="plexsync setup",
        answer=SignInView,
        ask=sign_in,
        arguments=(yes_no("anew", "Make a new link and code."),),
    ),
    Operation(
        name="setup_address",
        help="Use an address and a token; the address is asked who it is before it gets the token.",
        twin="plexsync setup",
        answer=ChosenServer,
        ask=address,
        arguments=(
            text("url", "The address of the Plex server.", needed=True),
            text("token", "The token for it.", needed=True),
        ),
        changes=True,
    ),
    Operation(
        name="setup_use_tool",
        help="Use the address and the key that another tool has in Stash, after the same checks.",
        twin="plexsync setup",
        answer=ChosenServer,
        ask=use_tool,
        arguments=(text("name", "The tool's name.", needed=True),),
        changes=True,
    ),
    Operation(
        name="setup_servers",
        help="The Plex servers of the account, and why some cannot be chosen.",
        twin="plexsync setup",
        answer=AccountServers,
        ask=servers,
    ),
    Operation(
        name="setup_server",
        help="Choose a server: the best of its addresses is found, and the server's own key kept.",
        twin="plexsync setup",
        answer=ChosenServer,
        ask=server,
        arguments=(text("server", "The server's id or name.", needed=True),),
        changes=True,
    ),
    Operation(
        name="sign_out",
        help="Sign out of Plex: the key ends at plex.tv and is forgotten here.",
        twin="plexsync signout",
        answer=SignedOut,
        ask=leave,
        changes=True,
    ),
)
