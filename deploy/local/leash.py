"""Run as a script in front of a program: the program is killed as soon as the thread that started it is gone.

`python leash.py <parent's pid> <program> <arguments>`. It asks the kernel for the signal, then becomes the program, so
the process keeps its pid and its parent. A script, as a `preexec_fn` is unsafe in a process that has threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Linux only; elsewhere the program is started all the same, and only its `Group` ends it."""
    parent, *argv = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):  # the parent died before the kernel was told
        sys.exit(1)
    for ignored_by_python in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored_by_python, signal.SIG_DFL)
    os.execvp(argv[0], argv)  # noqa: S606 - becoming the program is the point


if __name__ == "__main__":
    main()
