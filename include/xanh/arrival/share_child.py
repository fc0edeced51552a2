"""The process that touches the drop folders: started by xanh.arrival.share, one JSON request a line. A share that hangs
stops only it.

Every path is opened step by step below the department's folder, following no link and waiting for no pipe; what is
opened is looked at through its own descriptor. Names travel as bytes, written as Latin-1 text in the JSON.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from xanh.arrival.archive import Archive, ArchiveFault
from xanh.arrival.completeness import completeness
from xanh.arrival.names import DA_NHAN, SYSTEM_FOLDERS, locks_of, reason_to_ignore
from xanh.arrival.share_paths import FOLDER, identity_of, is_closed, open_below, parent_of, raw_name, system_folder
from xanh.faults import reach

_MAXIMUM_DEPTH = 32
_TAKEN = ".xanh-"
Answer = dict[str, Any]


def main() -> None:
    """Serves requests until stdin closes."""
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(serve(json.loads(line))) + "\n")
        answers.flush()


def serve(request: Answer) -> Answer:
    """The answer to one request: `error` holds the errno's name where the system refused, `fault` when our archive did."""
    try:
        return _OPERATIONS[request["do"]](request)
    except ArchiveFault as error:
        return {"fault": error.errno, "text": str(error)}
    except OSError as error:
        return {"error": errno.errorcode.get(error.errno or 0, "EIO"), "text": str(error)}


def scan(request: Answer) -> Answer:
    """All entries of a department's folder: files to take, files to leave alone with the reason, none opened."""
    skipped = {raw_name(folder) for folder in request["skip"]}
    entries: list[Answer] = []
    descriptor = os.open(raw_name(request["folder"]), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        device = os.fstat(descriptor).st_dev
        is_whole = True
        for entry in _walk(descriptor, b"", device, skipped, 0):
            if len(entries) >= request["limit"]:
                is_whole = False
                break
            entries.append(entry)
    finally:
        os.close(descriptor)
    return {"entries": entries, "is_whole": is_whole}


def _walk(folder: int, below: bytes, device: int, skipped: set[bytes], depth: int) -> Iterator[Answer]:
    with os.scandir(folder) as found:
        names = sorted(os.fsencode(entry.name) for entry in found)
    present = set(names)
    for name in names:
        path = below + name
        if path in skipped or (depth == 0 and os.fsdecode(name) in SYSTEM_FOLDERS):
            continue
        try:
            seen = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            continue  # renamed or deleted between the listing and the look
        if not stat.S_ISDIR(seen.st_mode) or reason_to_ignore(os.fsdecode(name)):
            yield _entry(path, name, seen, device, present)
            continue
        try:
            child = os.open(name, FOLDER, dir_fd=folder)
        except OSError as error:
            yield {**_entry(path, name, seen, device, present), "blocked": errno.errorcode.get(error.errno or 0, "EIO")}
            continue
        try:
            if depth < _MAXIMUM_DEPTH and os.fstat(child).st_dev == device:
                yield from _walk(child, path + b"/", device, skipped, depth + 1)
        finally:
            os.close(child)


def _entry(path: bytes, name: bytes, seen: os.stat_result, device: int, present: set[bytes]) -> Answer:
    text = os.fsdecode(name)
    reason: str | None = reason_to_ignore(text)
    if reason is None and not stat.S_ISREG(seen.st_mode):
        reason = "not_regular"
    elif reason is None and seen.st_size == 0:
        reason = "zero_bytes"
    elif reason is None and seen.st_nlink > 1:
        reason = "hard_link"
    elif reason is None and seen.st_dev != device:
        reason = "other_device"
    locked = any(os.fsencode(lock) in present for lock in locks_of(text)) if reason is None else False
    return {"path": path.decode("latin-1"), "id": identity_of(seen), "ignore": reason, "locked": locked}


def strangers(request: Answer) -> Answer:
    """What lies in the drop folder beside the departments' folders: nobody's, so it is reported and never read."""
    known = {raw_name(folder) for folder in request["known"]}
    groups = {folder.partition(b"/")[0] for folder in known if b"/" in folder}
    root = os.open(raw_name(request["folder"]), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        entries = list(_strange(root, b"", known, groups, request["limit"]))
        for group in sorted(groups - known):
            try:
                descriptor = os.open(group, FOLDER, dir_fd=root)
            except (FileNotFoundError, NotADirectoryError):
                continue
            try:
                entries += _strange(descriptor, group + b"/", known, set(), request["limit"])
            finally:
                os.close(descriptor)
    finally:
        os.close(root)
    return {"entries": entries}


def _strange(folder: int, below: bytes, known: set[bytes], groups: set[bytes], limit: int) -> Iterator[Answer]:
    with os.scandir(folder) as found:
        names = sorted(os.fsencode(entry.name) for entry in found)
    for name in names[:limit]:
        if below + name in known or name in groups:
            continue
        try:
            seen = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            continue
        reason = reason_to_ignore(os.fsdecode(name)) or "no_department"
        yield {"path": (below + name).decode("latin-1"), "id": identity_of(seen), "ignore": reason, "locked": False}


def probe(request: Answer) -> Answer:
    """Whether the file is still what was seen, looks complete, and is open for writing (None: the system cannot tell)."""
    descriptor, seen = open_below(request)
    try:
        if identity_of(seen) != request["id"]:
            return {"changed": True}
        age = time.time() - seen.st_ctime
        return {"state": completeness(descriptor, seen.st_size), "is_closed": is_closed(descriptor), "age": age}
    finally:
        os.close(descriptor)


def take(request: Answer) -> Answer:
    """Copies the file into the archive's `.incoming` through one descriptor; `changed` when it is not what was seen."""
    descriptor, seen = open_below(request)
    try:
        if identity_of(seen) != request["id"] or seen.st_nlink != 1 or not stat.S_ISREG(seen.st_mode):
            return {"changed": True}
        written = Archive(Path(request["archive"])).write(
            descriptor, lambda copy: copy.size == seen.st_size and identity_of(os.fstat(descriptor)) == request["id"]
        )
        return vars(written) if written else {"changed": True}
    finally:
        os.close(descriptor)


def remove(request: Answer) -> Answer:
    """Removes the file if it still is the one that was taken.

    It is first renamed into the system folder and looked at again there: a file that was put in its place in that
    moment goes back to where it was. `gone` when there was nothing any more.
    """
    root = os.open(raw_name(request["folder"]), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        parent, name = parent_of(root, raw_name(request["path"]))
        try:
            return _remove(root, parent, name, request["id"])
        finally:
            os.close(parent)
    except (FileNotFoundError, NotADirectoryError):
        return {"gone": True}
    finally:
        os.close(root)


def _remove(root: int, parent: int, name: bytes, identity: list[int]) -> Answer:
    if identity_of(os.stat(name, dir_fd=parent, follow_symlinks=False)) != identity:
        return {"changed": True}
    system = system_folder(root)
    aside = _TAKEN.encode() + uuid.uuid4().hex.encode()
    try:
        os.rename(name, aside, src_dir_fd=parent, dst_dir_fd=system)
        reach("remove.aside")
        now = identity_of(os.stat(aside, dir_fd=system, follow_symlinks=False))
        if now[:3] == identity[:3]:
            os.unlink(aside, dir_fd=system)
            return {"removed": True}
        _give_back(system, aside, parent, name)
        return {"changed": True}
    finally:
        os.close(system)


def _give_back(system: int, aside: bytes, parent: int, name: bytes) -> None:
    """Under its own name, or beside it when that is taken again."""
    stem, dot, ending = name.rpartition(b".")
    for number in range(1, 1000):
        try:
            os.link(aside, name, src_dir_fd=system, dst_dir_fd=parent, follow_symlinks=False)
        except FileExistsError:
            name = b"%s (%d)%s%s" % (stem if dot else ending, number, dot, ending if dot else b"")
            continue
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
            os.rename(aside, name, src_dir_fd=system, dst_dir_fd=parent)  # a share without hard links
            return
        os.unlink(aside, dir_fd=system)
        return


def recover(request: Answer) -> Answer:
    """Deals with what a kill left in the system folder in the middle of `remove`: known files go, others come back."""
    known = [tuple(identity) for identity in request["known"]]
    root = os.open(raw_name(request["folder"]), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    answer = {"recovered": 0, "fresh": 0}
    try:
        system = os.open(DA_NHAN, FOLDER, dir_fd=root)
    except (FileNotFoundError, NotADirectoryError, OSError):
        os.close(root)
        return answer
    try:
        for name in [entry.name for entry in os.scandir(system) if entry.name.startswith(_TAKEN)]:
            try:
                seen = os.stat(name, dir_fd=system, follow_symlinks=False)
                if time.time() - seen.st_ctime < request["older_than"]:
                    answer["fresh"] += 1
                    continue
                if tuple(identity_of(seen)[:3]) in known:
                    os.unlink(name, dir_fd=system)
                else:
                    _give_back(system, os.fsencode(name), root, b"tra-lai-" + os.fsencode(name.removeprefix(_TAKEN)))
                answer["recovered"] += 1
            except FileNotFoundError:
                continue
    finally:
        os.close(system)
        os.close(root)
    return answer


def note(request: Answer) -> Answer:
    """Appends a line to the note of what was taken, unless its end already holds the line's mark."""
    root = os.open(raw_name(request["folder"]), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        system = system_folder(root)
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(request["file"], flags, 0o644, dir_fd=system)
        finally:
            os.close(system)
    finally:
        os.close(root)
    try:
        size = os.fstat(descriptor).st_size
        tail = os.pread(descriptor, min(size, 65_536), max(0, size - 65_536))
        if request["mark"].encode() not in tail:
            text = ("" if size else request["title"]) + request["line"]
            reach("note.write")
            line = (b"" if size else b"\xef\xbb\xbf") + text.encode("utf-8")
            if os.write(descriptor, line) < len(line):  # no half line on a full disk
                os.ftruncate(descriptor, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), request["file"])
    finally:
        os.close(descriptor)
    return {"noted": True}


_OPERATIONS: dict[str, Callable[[Answer], Answer]] = {
    "scan": scan,
    "strangers": strangers,
    "probe": probe,
    "take": take,
    "remove": remove,
    "recover": recover,
    "note": note,
}

if __name__ == "__main__":
    main()
