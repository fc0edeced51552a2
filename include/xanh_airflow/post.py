"""Sends what waits in the outbox through the mail server that Airflow knows."""

from __future__ import annotations

import logging
from email.message import EmailMessage

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from xanh.operations import mail
from xanh.settings import Settings

_log = logging.getLogger(__name__)
SMTP = "xanh_smtp"


def post_outbox(settings: Settings) -> int:
    """How many messages went; 0 without the connection `xanh_smtp`: they stay in the outbox folder."""
    try:
        Connection.get(SMTP)
    except AirflowNotFoundException:
        _log.info("no mail server: the messages stay in the outbox folder")
        return 0
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    with SmtpHook(smtp_conn_id=SMTP) as server:

        def send(message: EmailMessage) -> None:
            server.send_email_smtp(
                to=message["To"].replace(" ", "").split(","),
                from_email=message["From"],
                subject=message["Subject"],
                html_content=mail.as_html(message),
                custom_headers={"Message-ID": message["Message-ID"]},
            )

        return mail.post(settings, send)
