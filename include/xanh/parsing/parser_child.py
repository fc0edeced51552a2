"""The process that reads files: started by xanh.parsing.child with `python -I`, under limits, one request a line on stdin.

It can do nothing but compute: no network where the kernel lets it give that up, no new files, bounded memory and
time. It reads many files one after the other; whatever kills it is the verdict on the file that it was reading.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import struct
import sys
from pathlib import Path
from typing import IO, Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from xanh.limits import Limits
from xanh.parsing import readers
from xanh.parsing.answers import Answer, frames
from xanh.parsing.unreadable import Unreadable

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def main() -> None:
    """Serves requests until stdin closes. An answer is frames, each with its length in 8 bytes ahead."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    first = json.loads(sys.stdin.readline() or "null")
    if first is None:
        return
    limits = Limits(**first["limits"])
    _confine(limits)
    gc.freeze()
    _send(answers, Answer({"ready": True}))
    for line in sys.stdin:
        _allow_cpu(limits)
        gc.disable()  # a file makes many objects and hardly a cycle; what it leaves is collected while nobody waits
        request = json.loads(line)
        answer = _serve(request, limits)
        _send(answers, answer._replace(head=answer.head | {"path": request["path"]}))
        del answer
        gc.enable()
        gc.collect()
        gc.freeze()  # what is left now was loaded or learnt for all files


def _serve(request: dict[str, Any], limits: Limits) -> Answer:
    try:
        return readers.read_file(Path(request["path"]), limits, with_copy=bool(request.get("with_copy")))
    except Unreadable as finding:
        return _refusal(finding)
    except MemoryError:
        return _refusal(Unreadable("U22", {"what": "bộ nhớ"}))
    except RecursionError:
        return _refusal(Unreadable("U05", {"what": "tầng lồng nhau", "count": "1.000", "limit": "64"}))


def _refusal(finding: Unreadable) -> Answer:
    place = {"sheet": finding.sheet, "cell": finding.cell}
    return Answer({"unreadable": finding.rule, "params": finding.params, **place})


def _send(answers: IO[bytes], answer: Answer) -> None:
    for frame in frames(answer):
        answers.write(struct.pack("<Q", len(frame)))
        answers.write(frame)
    answers.flush()


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits.open_files, limits.open_files))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(
            _CLONE_NEWUSER | _CLONE_NEWNET
        )  # where the kernel forbids it, the child keeps a network it never uses


def _allow_cpu(limits: Limits) -> None:
    """Processor time is counted over the life of the process: each file gets its own share on top."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + limits.cpu_seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
