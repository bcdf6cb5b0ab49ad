# Everything runs in .venv, which make builds itself from the lock files.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
QUARTER ?= 2014-Q1
RAW ?= raw/sample
RUNS ?= 3
WAREHOUSE ?= warehouse
ROOM ?=

# Nothing phones home, and Prefect keeps its state beside the project.
export PREFECT_HOME := $(CURDIR)/.prefect
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false
# Compiled modules are kept: Prefect and Great Expectations take ten seconds to compile anew.
unexport PYTHONDONTWRITEBYTECODE
export PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS := 180

.PHONY: help run fix test test-unit test-all mutations golden golden-update golden-wording check serve bench bench-all docs sample lock clean

help: ## List what make can do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/bootstrapped: requirements-bootstrap.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(f"The Information Bank needs Python 3.11 or later; {sys.executable} is {v.major}.{v.minor}. Say which with: make PYTHON=python3.12 run" if v < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	@touch $@

.venv/run: .venv/bootstrapped requirements.lock pyproject.toml
	@echo "Setting up .venv (a minute the first time) ..."
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/run requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

run: .venv/run ## Take a quarter from deliveries to tables, ranking and programme (QUARTER=2014-Q1 RAW=raw/sample)
	@$(BIN)/infobank run --quarter $(QUARTER) --raw $(RAW) --warehouse $(WAREHOUSE)

test: .venv/dev ## Run the default test suite (under 10 minutes)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

test-unit: .venv/dev ## Run the unit tests of one room, in seconds (ROOM=reading)
	@test -n "$(ROOM)" -a -d "tests/unit/$(ROOM)" || { \
	  rooms=$$(for room in tests/unit/*/; do case $$room in *__pycache__*) ;; *) basename $$room ;; esac; done | paste -sd ' '); \
	  echo "There are no unit tests of a room called '$(ROOM)'. Say one of these, such as ROOM=reading: $$rooms." >&2; exit 1; }
	@$(BIN)/python -m pytest -n 0 tests/unit/$(ROOM)

test-all: .venv/dev ## Run every test, the slow ones too
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m 'not bench'

mutations: .venv/dev ## Pass 10,000 mutated deliveries through the gates and write docs/mutations.md
	@$(BIN)/python -m tests.mutations.run --workers 2 --page docs/mutations.md

golden: .venv/dev ## Compare what the sample's last three quarters give with the golden files (about 90 seconds)
	@$(BIN)/python -m tests.golden.run $(if $(UPDATE),--update figures)

golden-update: .venv/dev ## Write the golden figures anew and say what changed
	@$(BIN)/python -m tests.golden.run --update figures

golden-wording: .venv/dev ## Write the golden wording anew and say what changed
	@$(BIN)/python -m tests.golden.run --update wording

fix: .venv/dev ## Put right the style that can be put right by itself
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

check: .venv/dev ## Style, types, import directions, and that generated pages are fresh
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/infobank docs --check

serve: .venv/run ## Start Prefect's server on 127.0.0.1:4200 with the deployments and the quarterly schedule
	@$(BIN)/infobank serve --raw $(RAW) --warehouse $(WAREHOUSE)

bench: .venv/dev ## Measure runs in CPU seconds beside a plain pandas script (RUNS=3)
	@$(BIN)/python -m tests.bench.measure --runs $(RUNS)

bench-all: bench ## Measure planning the whole register too
	@$(BIN)/python -m pytest -m bench -n 0 -s

docs: .venv/run ## Write the generated pages: data dictionary and severities
	@$(BIN)/infobank docs

sample: .venv/run ## Rebuild the synthetic sample in raw/sample, byte for byte
	@$(BIN)/infobank sample

lock: .venv/bootstrapped ## Resolve the dependencies anew and write the lock files
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --universal --python-version 3.11 --extra build pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --universal --python-version 3.11 --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## Remove the environment, the warehouse's contents and every cache
	@rm -rf .venv .prefect .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find warehouse -mindepth 1 -not -name README.md -delete 2>/dev/null || true
