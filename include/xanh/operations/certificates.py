"""Certificates that the installation names in files: when does the first of them end?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from xanh.settings import Settings

_OF_A_SERVER = ("AIRFLOW__API__SSL_CERT",)
_OF_A_CONNECTION = ("sslcert", "sslrootcert")


def files(settings: Settings, environment: Mapping[str, str]) -> list[Path]:
    """The certificate files that the addresses of the warehouse and the settings of Airflow's server name."""
    urls = [url for url in (settings.warehouse_url, *settings.warehouse_urls.values()) if url]
    named = [psycopg.conninfo.conninfo_to_dict(url).get(key) for url in urls for key in _OF_A_CONNECTION]
    named += [environment.get(name) for name in _OF_A_SERVER]
    return [Path(str(name)) for name in dict.fromkeys(named) if name and name != "system"]


def ends(paths: list[Path]) -> Iterator[tuple[Path, datetime]]:
    """When each certificate in the files ends. Raises OSError for a file that cannot be read, ValueError for one that is none."""
    from cryptography import x509

    for path in paths:
        for certificate in x509.load_pem_x509_certificates(path.read_bytes()):
            yield path, certificate.not_valid_after_utc
