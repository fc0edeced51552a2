"""Runs a command as another user: `python -I -S unprivileged.py UID GID COMMAND...`.

PostgreSQL refuses to run as root. The user that it runs as instead may be unable to pass the folders above the checkout (a home
folder with mode 700), and those folders are not ours to open. So the command keeps one right of root: to look through
folders (CAP_DAC_READ_SEARCH; where root itself lacks that one, as in most containers, CAP_DAC_OVERRIDE). Where there is
neither, or off Linux, it simply changes the user.
"""

import ctypes
import os
import sys

PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 4
"""access(2) forgets the capabilities of a user other than root without this, and PostgreSQL calls it for its own programs."""
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAPABILITY_VERSION_3 = 0x20080522


def _keep_only(libc: ctypes.CDLL, capabilities: int) -> bool:
    """Gives up all capabilities but these (a bit mask); False when one of them is not there to keep."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)(capabilities, capabilities, capabilities, 0, 0, 0)
    return bool(libc.capset(header, data) == 0)


def _hand_on(libc: ctypes.CDLL, capability: int) -> bool:
    """Keeps one capability alone, also over the start of the command."""
    if not _keep_only(libc, 1 << capability):
        return False
    return bool(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0)


def main(arguments: list[str]) -> None:
    """Changes the user and becomes the command. Does not return."""
    uid, gid, *command = arguments
    libc = ctypes.CDLL(None, use_errno=True)
    is_linux = sys.platform == "linux"
    if is_linux:
        libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setresgid(int(gid), int(gid), int(gid))
    os.setresuid(int(uid), int(uid), int(uid))
    if is_linux and not (_hand_on(libc, CAP_DAC_READ_SEARCH) or _hand_on(libc, CAP_DAC_OVERRIDE)):
        _keep_only(libc, 0)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
