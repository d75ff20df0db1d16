"""Started as a program of its own: bounds itself, ties its life to its parent, and becomes the program it was given.

`python launcher.py PARENT DATA_BYTES FILE_BYTES CPU_SECONDS HIDDEN PROGRAM ARGUMENT...`. HIDDEN is `-`, or folders parted by colons: the
program then has no network and finds these folders empty. Doing this here and not between fork and exec keeps the server's threads safe.
The kernel kills the child when the THREAD that started it ends, so that thread must wait for it.
"""

import ctypes
import os
import resource
import sys

PR_SET_PDEATHSIG, SIGKILL = 1, 9  # loading `signal` for its name would make a fifth of each start
NEW_MOUNTS, NEW_USERS, NEW_NETWORK = 0x20000, 0x10000000, 0x40000000
ALL_BELOW, KEPT_APART, READ_ONLY = 0x4000, 0x40000, 1


def shut_in(hidden: list[str]) -> bool:
    """Leave the network, and cover the `hidden` folders for this process and its children; False where the kernel does not allow it.

    Without root it takes a user namespace of its own. It comes before the tie to the parent, which a change of namespace cuts.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_NETWORK | NEW_MOUNTS) and libc.unshare(NEW_USERS | NEW_NETWORK | NEW_MOUNTS):
        return False
    libc.mount(None, b"/", None, ALL_BELOW | KEPT_APART, None)
    covered = [libc.mount(b"none", os.fsencode(folder), b"tmpfs", READ_ONLY, b"size=4k") for folder in hidden if os.path.isdir(folder)]
    return not any(covered)


def become(parent: int, data_bytes: int, file_bytes: int, cpu_seconds: int, command: list[str]) -> None:
    """Never returns: runs `command` in this process, or ends it if the parent is gone already."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)
    for what, most in ((resource.RLIMIT_DATA, data_bytes), (resource.RLIMIT_FSIZE, file_bytes), (resource.RLIMIT_CPU, cpu_seconds)):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)  # preparing can wait; the people who study cannot
    os.execvp(command[0], command)  # noqa: S606  the command is built from a list, no shell reads it


if __name__ == "__main__":
    parent_id, data, files, cpu = (int(word) for word in sys.argv[1:5])
    if sys.argv[5] != "-":
        shut_in([folder for folder in sys.argv[5].split(":") if folder])
    become(parent_id, data, files, cpu, sys.argv[6:])
