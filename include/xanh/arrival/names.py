"""Names of dropped files: which are left alone and why, and how any name is shown safely."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from xanh.language.harmless import mask_personal

Reason = Literal[
    "office_lock", "hidden", "system", "temporary", "zero_bytes", "not_regular", "hard_link", "other_device"
]

PHAN_HOI, DA_NHAN = "_phan-hoi", "_da-nhan"
SYSTEM_FOLDERS = frozenset({PHAN_HOI, DA_NHAN})
_SYSTEM = frozenset(
    {"thumbs.db", "desktop.ini", "ehthumbs.db", "$recycle.bin", "system volume information", "lost+found"}
)
_TEMPORARY = (".part", ".tmp", ".filepart", ".crdownload", ".partial", ".download", "~")
_ENDING = re.compile(r"\.[A-Za-z]{2,4}x?\Z")
_RSYNC = re.compile(r"^\..+\.[A-Za-z0-9]{6}$")


def reason_to_ignore(name: str) -> Reason | None:
    """Why a file or folder of that name is left alone; None for one that is taken."""
    lowered = name.lower()
    if name.startswith("~$") or (lowered.startswith(".~lock.") and name.endswith("#")):
        return "office_lock"
    if lowered in _SYSTEM or name.startswith("._"):
        return "system"
    if lowered.endswith(_TEMPORARY) or _RSYNC.match(name):
        return "temporary"
    return "hidden" if name.startswith(".") else None


def locks_of(name: str) -> tuple[str, ...]:
    """The names of the lock files that an office program puts beside an open file."""
    return f"~${name}", f"~${name[2:]}", f".~lock.{name}#"


def shown(name: str) -> str:
    """The name in NFC, without control and direction characters, what is no Unicode, and personal numbers: fit for a page, a
    log, a table."""
    text = unicodedata.normalize("NFC", name)
    ending = _ENDING.search(text)
    stem = text[: ending.start()] if ending else text
    masked = mask_personal(mask_personal(stem) + text[len(stem) :])
    return masked if masked.isprintable() else "".join(map(_shown, masked))


def _shown(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"\\u{ord(char):04x}"
    return char
