"""Hands lineage events to whoever listens: a file a day by default, a service of one's own by setting.

XANH_OPENLINEAGE: `off`, `console`, the address of a service (http://marquez:5000) or the path of a file; XANH_OPENLINEAGE_KEY: its key.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openlineage.client.event_v2 import RunEvent

    from xanh.settings import Settings

_log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 5.0


def is_on(settings: Settings) -> bool:
    """Whether anybody wants events."""
    return settings.environment.get("XANH_OPENLINEAGE", "").lower() not in ("off", "none", "false")


def emit(settings: Settings, events: Iterable[RunEvent]) -> int:
    """Sends the events; how many went. A listener that does not answer is a line in the log, never a failure of the flow."""
    from openlineage.client import OpenLineageClient
    from openlineage.client.transport import get_default_factory

    client = OpenLineageClient(transport=get_default_factory().create(_transport(settings)))
    count = 0
    try:
        for each in events:
            client.emit(each)
            count += 1
    except (OSError, RuntimeError) as error:
        _log.warning("lineage events were not delivered after %s: %s", count, error)
    finally:
        client.close()
    return count


def _transport(settings: Settings) -> dict[str, Any]:
    place = settings.environment.get("XANH_OPENLINEAGE", "")
    if place == "console":
        return {"type": "console"}
    if place.startswith(("http://", "https://")):
        key = settings.environment.get("XANH_OPENLINEAGE_KEY")
        access = {"auth": {"type": "api_key", "apiKey": key}} if key else {}
        return {"type": "http", "url": place, "timeout": TIMEOUT_SECONDS, "retry": {"total": 1}} | access
    if not place:
        folder = settings.log / "lineage"
        folder.mkdir(parents=True, exist_ok=True)
        place = str(folder / f"{datetime.now(UTC):%Y-%m-%d}.jsonl")
    return {"type": "file", "log_file_path": place, "append": True}
