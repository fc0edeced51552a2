"""Where everything is: read once from the environment, then handed on as a value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from xanh.limits import Limits

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
            drop=Path(environment.get("XANH_DROP") or home / "drop").absolute(),
            archive=Path(environment.get("XANH_ARCHIVE") or home / "archive").absolute(),
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
