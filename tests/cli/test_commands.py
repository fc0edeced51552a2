"""The console script: exit codes, exact JSON, one sentence for an error, and a whole file's way through it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xanh.cli import main
from xanh.database import warehouse
from xanh.loading import ingest
from xanh.settings import Settings

HEAD = "thang,ma_nha_may,ten,loai_nguon,xa,cong_suat_MW,san_luong_kWh,kWp,so_ho\n"
ROW = "2025-06,NM01,Thủy điện Nậm Khuổi 1,thuy_dien,{place},24.00,9790380,,\n"
OBSERVATION_KEYS = [
    "measure", "item", "area", "period_start", "period_end", "flow", "obs_status", "value", "unit", "source_sheet",
    "source_cell", "source_label", "source_value", "source_unit",
]  # fmt: skip


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "dien T6.2025.csv"
    path.write_text(HEAD + ROW.format(place="Huyện Bảo Lâm"), encoding="utf-8")
    return path


@pytest.fixture
def home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment of a command that works on the test's own warehouse."""
    for name in [name for name in os.environ if name.startswith("XANH_")]:
        monkeypatch.delenv(name)
    for name, value in settings.environment.items():
        monkeypatch.setenv(name, value)
    for name in ("QUIET_SECONDS", "QUIET_TEXT_SECONDS", "POLL_SECONDS"):
        monkeypatch.setenv(f"XANH_LIMIT_{name}", "0.001")
    return settings


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def test_check_prints_one_exact_object_for_a_file(clean: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", str(clean), "--department", "dien-luc", "--json")
    (line,) = out.splitlines()
    found: dict[str, Any] = json.loads(line)
    assert code == 0
    assert (found["file"], found["department"], found["verdict"]) == (str(clean), "dien-luc", "accepted")
    assert (found["form"], found["period"], found["sheets"][0]["form"]) == ("F11", "2025-06", "F11")
    capacity = next(each for each in found["observations"] if each["measure"] == "re_capacity_mw")
    assert list(capacity)[: len(OBSERVATION_KEYS)] == OBSERVATION_KEYS
    assert (capacity["value"], capacity["source_value"], capacity["source_cell"]) == ("24", "24.00", "F2")
    assert (capacity["period_start"], capacity["period_end"], capacity["flow"]) == ("2025-06-01", "2025-06-30", "stock")


def test_check_ends_with_one_when_a_file_would_be_rejected(clean: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clean.write_text(HEAD + ROW.format(place="Huyện Không Có"), encoding="utf-8")
    code, out, _ = run(capsys, "check", str(clean), "--department", "dien-luc", "--json")
    found = json.loads(out)
    assert (code, found["verdict"]) == (1, "rejected")
    assert any(i["severity"] == "critical" and i["cell"] == "E2" and i["message_vi"] for i in found["issues"])


def test_check_of_a_damaged_file_is_a_verdict_and_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(b"PK\x03\x04 and no more")
    code, out, _ = run(capsys, "check", str(path), "--department", "dien-luc", "--json")
    found = json.loads(out)
    assert (code, found["verdict"], found["form"], found["observations"]) == (1, "unreadable", None, [])
    assert found["issues"] != []


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "missing.xlsx", "--department", "dien-luc"],
        ["check", __file__, "--department", "nobody"],
        ["check", __file__],
        ["no-such-command"],
        ["url", "--role", "king"],
        ["trace"],
        ["compute", "--period", "2025-13"],
        ["compute", "--period", "Q1-2025"],
    ],
)
def test_wrong_usage_ends_with_two_and_one_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("xanh: ")
    assert err.endswith(" --help).\n")
    assert err.count("\n") == 1


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "form")
    assert (code, err.strip()) == (2, "")
    assert "learn" in out


def test_a_failure_is_one_sentence(capsys: pytest.CaptureFixture[str], home: Settings) -> None:
    code, out, err = run(capsys, "withdraw", "99", "--reason", "thử", "--by", "an")
    assert (code, out) == (1, "")
    assert err == "xanh: Submission 99 is not there, not accepted or withdrawn already.\n"


def test_a_name_that_stands_nowhere_leads_to_the_catalogue_check(
    capsys: pytest.CaptureFixture[str], home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waste = Path(shutil.copytree(home.catalog, tmp_path / "catalog")) / "indicators" / "waste.yaml"
    text = waste.read_text(encoding="utf-8")
    waste.write_text(text.replace("plan_sentence: T3.4", "plan_sentence: T99", 1), encoding="utf-8")
    monkeypatch.setenv("XANH_CATALOG", str(tmp_path / "catalog"))
    code, _, err = run(capsys, "compute")
    assert (code, err.count("\n")) == (1, 1)
    assert "'T99'" in err
    assert "`xanh catalog check`" in err


def test_a_wrong_setting_is_one_sentence(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XANH_LIMIT_CELL_COUNT", "-1")
    code, _, err = run(capsys, "catalog", "check")
    assert code == 1
    assert err.count("\n") == 1
    assert "XANH_LIMIT_CELL_COUNT" in err


def test_a_dropped_file_becomes_a_value_an_indicator_and_a_trace(
    clean: Path, home: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (home.drop / "dien-luc").mkdir()
    clean.rename(home.drop / "dien-luc" / clean.name)
    code, out, _ = run(capsys, "ingest")
    assert code == 0
    assert out.startswith(f"#1 accepted: dien-luc/{clean.name} (F11 2025-06): revision 1, ")
    assert run(capsys, "compute")[0] == 0
    code, out, _ = run(capsys, "trace", "--indicator", "re_capacity_mw", "--period", "2025-06", "--json")
    assert (code, json.loads(out.splitlines()[0])["observations"][0]["source_value"]) == (0, "24.00")
    code, out, _ = run(capsys, "trace", "--file", clean.name, "--cell", "F2")
    assert (code, "re_capacity_mw" in out) == (0, True)


def test_the_url_is_the_readers_unless_said_otherwise(home: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    import psycopg

    code, out, _ = run(capsys, "url")
    assert code == 0
    with psycopg.connect(out.strip()) as connection:
        assert connection.execute("select current_user").fetchone() == ("xanh_reader",)
    assert "xanh_owner" in run(capsys, "url", "--role", "owner")[1]


def test_ingest_of_another_drop_folder_leaves_the_own_alone(
    clean: Path, home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (tmp_path / "other" / "dien-luc", home.drop / "dien-luc"):
        folder.mkdir(parents=True)
        (folder / clean.name).write_bytes(clean.read_bytes())
    assert run(capsys, "ingest", "--drop", str(tmp_path / "other"))[0] == 0
    assert (home.drop / "dien-luc" / clean.name).is_file()
    assert not (tmp_path / "other" / "dien-luc" / clean.name).exists()
    with warehouse.connect(home, "reader") as connection:
        assert connection.execute("select count(*) from mart.submission").fetchone() == (1,)


def test_who_shows_a_bar_is_told_how_many_there_will_be(home: Settings, clean: Path) -> None:
    folder = home.drop / "dien-luc"
    folder.mkdir()
    clean.rename(folder / clean.name)
    (folder / "hỏng.xlsx").write_bytes(b"PK\x03\x04 and no more")
    expected: list[int] = []
    assert [len(ingest.run(home, expect=expected.append)), *expected] == [2, 2]


def test_reprocess_takes_the_quarantine_unless_others_are_asked_for(
    home: Settings, clean: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = home.drop / "dien-luc"
    folder.mkdir()
    clean.rename(folder / clean.name)
    (folder / "ghi chép.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    (folder / "hỏng.xlsx").write_bytes(b"PK\x03\x04 and no more")
    assert run(capsys, "ingest")[0] == 0
    assert run(capsys, "reprocess")[:2] == (0, "2 submissions read, 0 changed; 0 published numbers changed.\n")
    assert run(capsys, "reprocess", "--since", "2020-01-01")[1].startswith("3 submissions read, ")


def test_what_commands_compile_stays_in_the_environment() -> None:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPYCACHEPREFIX"}
    asked = [sys.executable, "-c", "import sys; print(sys.pycache_prefix)"]
    said = subprocess.run(asked, env=inherited, capture_output=True, text=True, check=True)
    assert Path(said.stdout.strip()).is_relative_to(sys.prefix)


def test_alerts_lists_what_stands_and_ends_with_one_when_it_is_critical(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XANH_OUTBOX", str(tmp_path / "outbox"))
    monkeypatch.setenv("XANH_BACKUP", str(tmp_path / "backup"))
    code, out, _ = run(capsys, "alerts")
    assert (code, "no_backup" in out) == (0, True)
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "xanh-20200101T000000Z.tar").touch()
    code, out, _ = run(capsys, "alerts")
    assert (code, "old_backup" in out) == (1, True)
    told = [path.read_bytes() for path in (tmp_path / "outbox").glob("*.eml")]
    assert sum(b"warning: no_backup" in each for each in told) == sum(b": old_backup" in each for each in told) == 1
    code, out, _ = run(capsys, "alerts", "--no-look")
    assert (code, "old_backup" in out) == (1, True)


def test_commands_that_change_something_leave_lines_about_it_and_others_none(
    home: Settings, clean: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs = {path.name for path in home.log.glob("xanh-*.jsonl")}
    before = {name: (home.log / name).read_text(encoding="utf-8") for name in logs}
    run(capsys, "check", str(clean), "--department", "dien-luc")
    assert {name: (home.log / name).read_text(encoding="utf-8") for name in logs} == before
    target = home.drop / "dien-luc" / clean.name
    target.parent.mkdir(parents=True)
    target.write_bytes(clean.read_bytes())
    run(capsys, "ingest")
    (path,) = home.log.glob("xanh-*.jsonl")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    about = [line for line in lines if line.get("submission_id") == 1 and line["command"] == "ingest"]
    assert {"xanh.arrival.receive", "xanh.loading.batch"} <= {line["logger"] for line in about}
    assert {line["department"] for line in about} == {"dien-luc"}
