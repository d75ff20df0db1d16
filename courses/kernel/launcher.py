"""Started as a program of its own: bounds itself, ties its life to its parent, and becomes the program it was given.

`python launcher.py PARENT DATA_BYTES FILE_BYTES CPU_SECONDS PROGRAM ARGUMENT...`. Doing this here and not between fork and exec
keeps the server's threads safe. The kernel kills the child when the THREAD that started it ends, so that thread must wait for it.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def become(parent: int, data_bytes: int, file_bytes: int, cpu_seconds: int, command: list[str]) -> None:
    """Never returns: runs `command` in this process, or ends it if the parent is gone already."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)
    for what, most in ((resource.RLIMIT_DATA, data_bytes), (resource.RLIMIT_FSIZE, file_bytes), (resource.RLIMIT_CPU, cpu_seconds)):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)  # preparing can wait; the people who study cannot
    os.execvp(command[0], command)  # noqa: S606  the command is built from a list, no shell reads it


if __name__ == "__main__":
    parent_id, data, files, cpu = (int(word) for word in sys.argv[1:5])
    become(parent_id, data, files, cpu, sys.argv[5:])
