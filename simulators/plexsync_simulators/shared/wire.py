"""Answers that fail on their way: cut, held back, broken off."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from plexsync_simulators.shared.faults import Fault, Faults

Answer = Callable[[], Awaitable[web.StreamResponse]]
Refusal = Callable[[int], web.Response]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def answered(
    faults: Faults, request: web.Request, detail: str, answer: Answer, refusal: Refusal
) -> web.StreamResponse:
    """The answer, unless a planted fault strikes; `refusal` makes the server's own page for a status."""
    fault = faults.strike(request.method, request.path, detail)
    if fault is None:
        return await answer()
    if fault.kind == "hold":
        return await _hold(faults, fault, request, answer)
    if fault.when == "later":
        await request.read()  # the connection may be gone by then
        faults.have_later(fault, answer)
    return await _strike(fault, request, answer, refusal)


def cut(request: web.Request) -> web.Response:
    """Reset the connection: the client sees no answer at all."""
    transport = request.transport
    if transport is not None:
        with contextlib.suppress(OSError):
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=500)


async def _hold(faults: Faults, fault: Fault, request: web.Request, answer: Answer) -> web.StreamResponse:
    true_answer = await answer() if fault.when == "after" else None
    if await faults.hold():
        return cut(request)
    return true_answer or await answer()


async def _strike(fault: Fault, request: web.Request, answer: Answer, refusal: Refusal) -> web.StreamResponse:
    delay = fault.delay_ms / 1000
    if fault.kind == "slow" and fault.when == "before":
        await asyncio.sleep(delay)
        return await answer()
    true_answer = await answer() if _has_effect(fault) else None
    if fault.kind == "status":
        return _refused(fault, refusal)
    if fault.kind == "kill":
        os.kill(fault.pid, signal.SIGKILL)
    if fault.kind in ("hang", "slow"):
        await asyncio.sleep(delay)
    if fault.kind == "slow" and true_answer is not None:
        return true_answer
    if fault.kind == "truncate" and isinstance(true_answer, web.Response):
        return await _truncated(request, true_answer)
    return cut(request)


def _refused(fault: Fault, refusal: Refusal) -> web.Response:
    response = refusal(fault.status)
    if fault.retry_after:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _has_effect(fault: Fault) -> bool:
    return fault.when == "after" or fault.kind in ("slow", "truncate")


async def _truncated(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """The true answer's head and half of its body, then the end of the connection."""
    body = answer.body if isinstance(answer.body, bytes) else b""
    if not body:
        return cut(request)
    half = web.StreamResponse(status=answer.status, headers=answer.headers)
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return half
