"""Where everything is: read once from the environment, then handed on as a value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from xanh.limits import Limits

TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""In which people read moments and days begin; the warehouse stores moments with their zone."""
ROOT = Path(__file__).resolve().parents[2]
"""The checkout: dags/, include/, expectations/ stand in it."""


@dataclass(frozen=True)
class Settings:
    """All state lies below `home`; all knowledge in `catalog`, `expectations` and include/sql."""

    home: Path
    drop: Path
    archive: Path
    publish: Path
    catalog: Path = ROOT / "include" / "catalog"
    expectations: Path = ROOT / "expectations"
    warehouse_url: str | None = None
    """A PostgreSQL 15+ of one's own, as its owner; None for the embedded server."""
    warehouse_urls: Mapping[str, str] = field(default_factory=dict)
    """For one's own PostgreSQL: URLs of the roles `loader` and `reader`. Without them the owner's, with SET ROLE."""
    limits: Limits = field(default_factory=Limits)
    drop_url: str | None = None
    """Where departments really put their files, when that is no folder of this machine (XANH_DROP=s3://...): see xanh.arrival.remote."""
    archive_url: str | None = None
    """Where the archive is copied to, when XANH_ARCHIVE is a URL."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """The variables that start with XANH_, for what only one module asks (mail, faults)."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings of docs/contract.md, section 1: XANH_HOME and what lies below it unless said otherwise."""
        home = Path(environment.get("XANH_HOME") or "var").absolute()
        roles = {
            role: environment[name]
            for role in ("loader", "reader")
            if environment.get(name := f"XANH_WAREHOUSE_{role.upper()}_URL")
        }
        return cls(
            home=home,
            drop=_folder(environment.get("XANH_DROP"), home / "drop"),
            archive=_folder(environment.get("XANH_ARCHIVE"), home / "archive"),
            drop_url=_url(environment.get("XANH_DROP")),
            archive_url=_url(environment.get("XANH_ARCHIVE")),
            publish=Path(environment.get("XANH_PUBLISH") or home / "publish").absolute(),
            catalog=Path(environment.get("XANH_CATALOG") or cls.catalog).absolute(),
            expectations=Path(environment.get("XANH_EXPECTATIONS") or cls.expectations).absolute(),
            warehouse_url=environment.get("XANH_WAREHOUSE_URL") or None,
            warehouse_urls=roles,
            limits=Limits.from_environment(environment),
            environment={key: value for key, value in environment.items() if key.startswith("XANH_")},
        )

    @property
    def log(self) -> Path:
        """Logs of everything that runs in the background."""
        return self.home / "log"

    @property
    def is_production(self) -> bool:
        """XANH_ENV=production: named faults and other means of tests are refused."""
        return self.environment.get("XANH_ENV") == "production"


def _url(place: str | None) -> str | None:
    """The place when it is on another file system than this machine's."""
    return place if place and "://" in place and not place.startswith("file://") else None


def _folder(place: str | None, default: Path) -> Path:
    """The folder of this machine: the place itself, or for a URL the one that mirrors it."""
    if not place or _url(place):
        return default.absolute()
    return Path(place.removeprefix("file://")).absolute()
