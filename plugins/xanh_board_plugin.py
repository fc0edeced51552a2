"""Adds the page "Báo cáo / Submissions" to Airflow's navigation. Everything behind it is in the package xanh.board."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, HTTPException

from xanh.board.pages import create_app
from xanh.settings import Settings

PREFIX = "/xanh-board"
INGEST = DagDetails(id="ingest")


def may_read(user: GetUserDep) -> None:
    """Who may see the DAG `ingest` may see the board. Raises 401 without a login, 403 without the permission."""
    if not get_auth_manager().is_authorized_dag(method="GET", details=INGEST, user=user):
        raise HTTPException(403, "Reading the DAG 'ingest' is needed to see the board.")


def can_download(_: Annotated[None, Depends(may_read)], user: GetUserDep) -> bool:
    """Who may edit the DAG `ingest` may download what departments sent."""
    return get_auth_manager().is_authorized_dag(method="PUT", details=INGEST, user=user)


class XanhBoardPlugin(AirflowPlugin):
    """The submissions board behind Airflow's own login and permissions."""

    name = "xanh_board"
    fastapi_apps = [  # noqa: RUF012  (Airflow's own attribute)
        {
            "app": create_app(Settings.from_environment, may_read, can_download),
            "url_prefix": PREFIX,
            "name": "Xanh board",
        }
    ]
    external_views = [  # noqa: RUF012
        {
            "name": "Báo cáo / Submissions",
            "href": f"{PREFIX}/",
            "destination": "nav",
            "category": "browse",
            "url_route": "xanh-board",
        }
    ]
