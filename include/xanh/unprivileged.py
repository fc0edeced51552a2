"""Runs a command as another user: `python -I -S unprivileged.py UID GID COMMAND...`.

PostgreSQL refuses to run as root. The user that it runs as instead may be unable to pass the folders above the checkout (a home
folder with mode 700), and those folders are not ours to open. So the command keeps one right of root: to look through
folders (CAP_DAC_READ_SEARCH). Without that capability, or off Linux, it simply changes the user.
"""

import ctypes
import os
import sys

PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_READ_SEARCH = 2
CAPABILITY_VERSION_3 = 0x20080522


def _keep_read_search(libc: ctypes.CDLL) -> bool:
    """Makes the one capability effective, inheritable and ambient again after the change of user."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << CAP_DAC_READ_SEARCH
    data = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    if libc.capset(header, data) != 0:
        return False
    return bool(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH, 0, 0) == 0)


def main(arguments: list[str]) -> None:
    """Changes the user and becomes the command. Does not return."""
    uid, gid, *command = arguments
    libc = ctypes.CDLL(None, use_errno=True)
    is_linux = sys.platform == "linux"
    if is_linux:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(int(gid), int(gid), int(gid))
    os.setresuid(int(uid), int(uid), int(uid))
    if is_linux:
        _keep_read_search(libc)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
