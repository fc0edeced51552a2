"""Adds the page "Báo cáo / Submissions" to Airflow's navigation. Everything behind it is in the package xanh.board."""

from __future__ import annotations

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.plugins_manager import AirflowPlugin
from fastapi import HTTPException

from xanh.board.pages import create_app
from xanh.board.reach import Reach, departments_of
from xanh.settings import Settings

PREFIX = "/xanh-board"
INGEST = DagDetails(id="ingest")


def reach_of(user: GetUserDep) -> Reach:
    """People with the role of a department see what it sent, and may have that back. Of all others, who may see the DAG `ingest`
    sees everything, and who may edit it may download originals. Raises 401 without a login, 403 without the permission.
    """
    departments = departments_of(role.name for role in getattr(user, "roles", ()))
    if departments:
        return Reach(departments, has_originals=True)
    manager = get_auth_manager()
    if not manager.is_authorized_dag(method="GET", details=INGEST, user=user):
        raise HTTPException(403, "Reading the DAG 'ingest' is needed to see the board.")
    return Reach(None, has_originals=manager.is_authorized_dag(method="PUT", details=INGEST, user=user))


class XanhBoardPlugin(AirflowPlugin):
    """The submissions board behind Airflow's own login and permissions."""

    name = "xanh_board"
    fastapi_apps = [  # noqa: RUF012  (Airflow's own attribute)
        {
            "app": create_app(Settings.from_environment, reach_of),
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
