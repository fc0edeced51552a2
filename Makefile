# `make demo` runs the main job on a fresh machine, `make test` passes the tests. Both need only Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export XANH_HOME ?= $(CURDIR)/var
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(VENV)/.cache/python
export MYPY_CACHE_DIR := $(CURDIR)/$(VENV)/.cache/mypy
export RUFF_CACHE_DIR := $(CURDIR)/$(VENV)/.cache/ruff
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/$(VENV)/.cache/hypothesis
export UV_CACHE_DIR := $(CURDIR)/$(VENV)/.cache/uv
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header
# As many workers as cores, four at the most; the tests of a module stay together.
WORKERS ?= auto
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder --basetemp=$(CURDIR)/var/tmp/pytest -o cache_dir=$(CURDIR)/$(VENV)/.cache/pytest

.PHONY: help setup demo up down status test test-full check bench lock audit secrets
.DEFAULT_GOAL := help

help: ## What can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: $(READY) ## Only the set-up: .venv with everything, nothing started

$(READY): requirements-dev.txt requirements-setup.txt
	@echo "Setting up $(VENV) (some minutes the first time)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-cache-dir --require-hashes -r requirements-setup.txt
	@$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements-dev.txt
	@rm -rf "$(UV_CACHE_DIR)"
	@printf '%s\nimport sys; sys.pycache_prefix = sys.pycache_prefix or sys.prefix + "/.cache/python"\n' "$(CURDIR)/include" \
		> "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/xanh.pth"
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m xanh "$$@"\n' > $(BIN)/xanh
	@chmod +x $(BIN)/xanh
	@touch $@

demo: $(READY) ## The main job on the bundled samples, from the drop folders to the plan's indicators
	@$(BIN)/python -m xanh.demo

up: $(READY) ## Start PostgreSQL and Airflow and keep them running
	@$(BIN)/python -m xanh.stack up

down: $(READY) ## Stop what `make up` started
	@$(BIN)/python -m xanh.stack down

status: $(READY) ## What runs and whether it is healthy
	@$(BIN)/python -m xanh.stack status

test: $(READY) ## The tests
	@mkdir -p var/tmp
	@$(PYTEST) -m "not slow"

test-full: $(READY) ## The tests with the slow ones
	@mkdir -p var/tmp
	@$(PYTEST)

check: $(READY) ## Linters, types and the catalogue
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --disable-progress-bar include/sql
	@$(BIN)/xanh catalog check

bench: $(READY) ## Benchmarks, as ratios to baselines of the same run
	@$(BIN)/python -m bench

lock: $(READY) ## Compile the lock files anew
	@$(COMPILE) requirements.in -o requirements.txt
	@$(COMPILE) requirements-dev.in -c requirements.txt -o requirements-dev.txt
	@$(COMPILE) requirements-setup.in -o requirements-setup.txt

audit: $(READY) ## Known vulnerabilities of what is locked, as the package registry tells them; fails where it tells nothing
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r requirements.txt

secrets: $(READY) ## Write the secrets that docker-compose.yaml needs into ./secrets
	@$(BIN)/python -m xanh.operations.secrets
