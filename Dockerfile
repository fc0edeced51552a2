# The image of every Airflow service: the pinned stack, the library and its catalogue. Runs as an unprivileged user.
FROM python:3.11.7-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/opt/xanh/include PATH=/opt/venv/bin:$PATH

RUN groupadd --gid 50000 xanh && useradd --uid 50000 --gid 50000 --create-home --home-dir /home/xanh xanh

COPY requirements-setup.txt requirements.txt /tmp/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --require-hashes -r /tmp/requirements-setup.txt \
    && /opt/venv/bin/uv pip sync --no-cache --require-hashes --python /opt/venv/bin/python /tmp/requirements.txt \
    && rm /tmp/requirements*.txt

WORKDIR /opt/xanh
COPY dags dags
COPY plugins plugins
COPY expectations expectations
COPY include include
COPY deploy deploy
RUN printf '#!/bin/sh\nexec /opt/venv/bin/python -m xanh "$@"\n' > /opt/venv/bin/xanh && chmod +x /opt/venv/bin/xanh

USER 50000:50000
ENTRYPOINT ["/opt/venv/bin/python", "-m", "xanh.operations.container"]
