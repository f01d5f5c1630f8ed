"""Runs a command where no file can be locked, as on a network share without lock service.

``python without_locks.py COMMAND...``: a seccomp filter answers ``flock`` with ENOLCK, in all it starts too.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
FLOCK = {"x86_64": 73, "aarch64": 32}


class Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32))


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("filter", ctypes.POINTER(Instruction)))


def refuse_flock() -> None:
    """Have the kernel refuse every ``flock`` from now on."""
    rules = (Instruction * 4)(
        Instruction(LOAD, 0, 0, 0),  # the number of the system call
        Instruction(EQUAL, 0, 1, FLOCK[platform.machine()]),
        Instruction(RETURN, 0, 0, ERRNO | errno.ENOLCK),
        Instruction(RETURN, 0, 0, ALLOW),
    )
    libc = ctypes.CDLL(None, use_errno=True)
    program = Program(len(rules), rules)
    for call in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, FILTER, ctypes.byref(program), 0, 0)):
        if libc.prctl(*call):
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    refuse_flock()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606  a test's own command
