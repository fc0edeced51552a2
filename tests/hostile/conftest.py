"""A parser child that comes to harm on demand."""

from __future__ import annotations

from pathlib import Path

import pytest

from xanh.parsing import child


@pytest.fixture
def dying_script(tmp_path: Path) -> Path:
    """The program of a child that dies, hangs or errs by the name of the file."""
    script = tmp_path / "dying.py"
    source = Path(child.__file__).with_name("parser_child.py")
    script.write_text(
        source.read_text()
        .replace(
            "def _serve(request: dict[str, Any], limits: Limits) -> Answer:",
            "def _serve(request: dict[str, Any], limits: Limits) -> Answer:\n"
            "    if 'abort' in request['path']: os.abort()\n"
            "    if 'VFORK' in request['path']: import time; ctypes.CDLL(None).vfork(); time.sleep(3600)\n"
            "    if 'SIGKILL' in request['path']: os.kill(os.getpid(), 9)\n"
            "    if 'hang' in request['path']:\n        while True: pass\n"
            "    if 'error' in request['path']: raise KeyError('unforeseen')",
        )
        .replace("str(Path(__file__).resolve().parents[2])", repr(str(source.parents[2])))
    )
    return script
