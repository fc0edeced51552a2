"""The tasks of check_deliveries: mail stays in the outbox without a server, and goes through one once."""

from __future__ import annotations

import os
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_string, policy
from pathlib import Path

import pytest

from xanh.settings import ROOT

POST = "import check_deliveries as d; print('posted', d.dag.get_task('post').python_callable())"
MESSAGE = """From: xanh@caobang.example
To: dien-luc@caobang.example, dau-moi-1043@caobang.example
Subject: =?utf-8?b?QsOhbyBjw6Fv?=
Message-ID: <2025-07-10--dien-luc--1@xanh>
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 8bit

Kính gửi: Công ty Điện lực Cao Bằng
- F11 <quá hạn>
"""


@dataclass
class Mailbox:
    port: int
    messages: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server of five commands on the loopback."""

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 ready")
            while line := self.rfile.readline().decode().strip():
                if line.upper().startswith("RCPT"):
                    box.recipients.append(line.partition("<")[2].rstrip(">"))
                if line.upper().startswith("DATA"):
                    self.say("354 go on")
                    lines = iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), ".")
                    box.messages.append("\n".join(lines))
                self.say("221 bye" if line.upper() == "QUIT" else "250 ok")

        def say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        box = Mailbox(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield box
        server.shutdown()
        thread.join()


def post(folder: Path, **more: str) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT / 'include'}{os.pathsep}{ROOT / 'dags'}",
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder}/airflow.db",
        "XANH_HOME": str(folder / "home"),
        **more,
    }
    done = subprocess.run([sys.executable, "-c", POST], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "outbox"
    folder.mkdir(parents=True)
    (folder / "2025-07-10--dien-luc--1.eml").write_text(MESSAGE, encoding="utf-8")
    return folder


def test_without_a_mail_server_the_message_stays_in_the_outbox(tmp_path: Path, outbox: Path) -> None:
    assert post(tmp_path) == "posted 0"
    assert [path.name for path in outbox.glob("*.eml")] == ["2025-07-10--dien-luc--1.eml"]


def test_through_a_mail_server_it_goes_once_and_is_put_aside(tmp_path: Path, outbox: Path, mailbox: Mailbox) -> None:
    server = f"smtp://127.0.0.1:{mailbox.port}?disable_ssl=True&disable_tls=True"
    assert post(tmp_path, AIRFLOW_CONN_XANH_SMTP=server) == "posted 1"
    assert post(tmp_path, AIRFLOW_CONN_XANH_SMTP=server) == "posted 0"
    assert list(outbox.glob("*.eml")) == []
    assert sorted(mailbox.recipients) == ["dau-moi-1043@caobang.example", "dien-luc@caobang.example"]
    (text,) = mailbox.messages
    message = message_from_string(text, policy=policy.default)
    assert message["Subject"] == "Báo cáo"
    assert message["Message-ID"] == "<2025-07-10--dien-luc--1@xanh>"
    content = next(part for part in message.walk() if part.get_content_type() == "text/html").get_content()
    assert "F11 &lt;quá hạn&gt;" in content
