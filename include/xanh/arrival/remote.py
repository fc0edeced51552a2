"""Drop folders and archive on object storage or any other file system that fsspec reaches (s3://, sftp://, ...).

The folders of this machine stay what the program works on. `pull` brings what departments put into the remote drop folders,
`settle` removes there what is safely entered here (its bytes first copied to the remote archive), `push` brings feedback and notes
to them. What was pulled is written down before it is put in place: a kill at any point pulls nothing twice.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from xanh.arrival.archive import Archive
from xanh.arrival.names import SYSTEM_FOLDERS, reason_to_ignore
from xanh.settings import Settings

_log = logging.getLogger(__name__)
_LONGEST_NAME = 255
_CHUNK = 1 << 20
State = dict[str, dict[str, str]]
"""By remote path below the drop folder: `key` (the version there), `local` (its path here), `sha256`."""


@contextmanager
def exchange(settings: Settings, folders: Sequence[str]) -> Iterator[None]:
    """Around receiving: pulls before, settles and pushes after. Does nothing where the drop folder is local."""
    if settings.drop_url is None:
        yield
        return
    with _locked(settings):
        state = _read_state(settings)
        pull(settings, folders, state)
        yield
        settle(settings, state)
    push(settings)


def pull(settings: Settings, folders: Sequence[str], state: State) -> None:
    """Copies new remote files into the local drop folders, under the name `*.part` until they are whole."""
    files, root = _file_system(settings.drop_url)
    for path in sorted(files.find(root)):
        below = path[len(root) :].lstrip("/")
        folder = next((each for each in folders if below.startswith(each + "/")), None)
        if folder is None or not _is_wanted(below[len(folder) + 1 :]):
            continue
        try:
            key = _version(files, path)
            if state.get(below, {}).get("key") != key:
                _pull(settings, files, path, below, key, state)
        except FileNotFoundError:
            continue  # renamed or deleted there meanwhile


def _pull(settings: Settings, files: Any, path: str, below: str, key: str, state: State) -> None:
    local = settings.drop / below
    if local.exists():
        return  # an older version is still on its way through
    local.parent.mkdir(parents=True, exist_ok=True)
    part = local.with_name(local.name[: _LONGEST_NAME - 60] + ".part")
    digest = sha256()
    with files.open(path, "rb") as source, part.open("wb") as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    if _version(files, path) != key:
        part.unlink()
        return
    state[below] = {"key": key, "local": below, "sha256": digest.hexdigest()}
    _write_state(settings, state)
    part.rename(local)


def settle(settings: Settings, state: State) -> None:
    """Removes remotely what was taken here, once its bytes are in both archives."""
    files, root = _file_system(settings.drop_url)
    archive = Archive(settings.archive)
    for below, known in list(state.items()):
        if (settings.drop / known["local"]).exists() or not archive.verify(known["sha256"]):
            continue
        _mirror(settings, archive, known["sha256"])
        path = posixpath.join(root, below)
        try:
            if _version(files, path) == known["key"]:
                files.rm_file(path)
        except FileNotFoundError:
            pass  # the department removed it itself
        del state[below]
        _write_state(settings, state)


def _version(files: Any, path: str) -> str:
    """What tells one content of a remote path from another. Raises FileNotFoundError.

    Not `ukey`: it covers the whole description of a file, and stores describe a file otherwise in a list than by itself.
    """
    files.invalidate_cache()
    described = files.info(path)
    moment = str(described.get("LastModified") or described.get("mtime") or described.get("created"))
    if tag := described.get("ETag"):
        return f"{tag} {moment[:19]}"  # a hash of the content; lists have finer clocks than single answers
    return f"{described['size']} {moment}"


def _mirror(settings: Settings, archive: Archive, content: str) -> None:
    """Copies the content into the remote archive unless it is there in full."""
    if settings.archive_url is None:
        return
    files, root = _file_system(settings.archive_url)
    local, path = archive.path(content), posixpath.join(root, content[:2], content)
    if not files.exists(path) or files.size(path) != local.stat().st_size:
        files.makedirs(posixpath.dirname(path), exist_ok=True)
        files.put_file(str(local), path)


def push(settings: Settings) -> None:
    """Copies feedback and notes to the remote folders where they are missing or of another size there."""
    if settings.drop_url is None:
        return
    files, root = _file_system(settings.drop_url)
    for name in SYSTEM_FOLDERS:
        for local in sorted(settings.drop.rglob(f"{name}/*")):
            if local.name.startswith(".") or not local.is_file():
                continue
            path = posixpath.join(root, local.relative_to(settings.drop).as_posix())
            if not files.exists(path) or files.size(path) != local.stat().st_size:
                files.makedirs(posixpath.dirname(path), exist_ok=True)
                files.put_file(str(local), path)


def _is_wanted(below: str) -> bool:
    """Whether a path below a department's folder is a report: no system folder, no temporary or hidden name, no trick."""
    parts = below.split("/")
    is_plain = all(part not in ("", ".", "..") and len(os.fsencode(part)) <= _LONGEST_NAME for part in parts)
    return is_plain and parts[0] not in SYSTEM_FOLDERS and not any(reason_to_ignore(part) for part in parts)


def _file_system(url: str | None) -> tuple[Any, str]:
    import fsspec

    files, root = fsspec.core.url_to_fs(url)
    files.invalidate_cache()
    return files, root.rstrip("/")


def _state_file(settings: Settings) -> Path:
    return settings.home / "remote.json"


def _read_state(settings: Settings) -> State:
    try:
        state: State = json.loads(_state_file(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return state


def _write_state(settings: Settings, state: Mapping[str, Mapping[str, str]]) -> None:
    path = _state_file(settings)
    temporary = path.with_suffix(".new")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(state, file, ensure_ascii=True)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


@contextmanager
def _locked(settings: Settings) -> Iterator[None]:
    """One process at a time exchanges files."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "remote.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
