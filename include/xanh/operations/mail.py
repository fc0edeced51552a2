"""The outbox folder: e-mails wait there as files until a mail server takes them, and stay there where there is none."""

from __future__ import annotations

import html
import secrets
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xanh.settings import Settings

SENT = "sent"
SENDER = "xanh@caobang.example"


def outbox_folder(settings: Settings) -> Path:
    """Where e-mails wait: XANH_OUTBOX, or `outbox` in XANH_HOME."""
    return Path(settings.environment.get("XANH_OUTBOX") or settings.home / "outbox")


def put(settings: Settings, key: str, message: EmailMessage) -> None:
    """Puts a message in place under its key, in one rename; one that was posted already is not written again."""
    folder = outbox_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{key}.eml"
    if (folder / SENT / name).exists():
        return
    temporary = folder / f".{secrets.token_hex(8)}.part"
    temporary.write_bytes(message.as_bytes(policy=policy.SMTP))
    temporary.replace(folder / name)


def post(settings: Settings, send: Callable[[EmailMessage], None]) -> int:
    """Hands every message of the outbox folder to `send` and moves it to `sent/`; returns how many went.

    At least once: a message whose move was lost goes again under its old Message-ID. Whatever `send` raises goes through.
    """
    folder = outbox_folder(settings)
    (folder / SENT).mkdir(parents=True, exist_ok=True)
    count = 0
    for path in sorted(folder.glob("*.eml")):
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # another task posts at the same time
            continue
        send(message_from_bytes(content, policy=policy.SMTP))
        path.replace(folder / SENT / path.name)
        count += 1
    return count


def as_html(message: EmailMessage) -> str:
    """The text of a message as HTML, a paragraph a line."""
    lines = message.get_content().splitlines()
    return "\n".join(f"<p>{html.escape(line)}</p>" for line in lines if line)
