# The only commands to learn. `make demo` and `make test` do their own set-up on a machine that has
# Python 3.11 or newer and make. Everything Trunkline writes lives under TRUNKLINE_HOME (default ./data).
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
APP ?= yes
DEMO_ARGS ?=
BENCH_ARGS ?=
MUTANTS_ARGS ?=

export PATH := $(BIN):$(PATH)
# No tool that we start reports home.
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DAGSTER_DISABLE_TELEMETRY := 1
export GX_ANALYTICS_ENABLED := false
export STREAMLIT_BROWSER_GATHER_USAGE_STATS := false

RUN_STAMP := $(VENV)/.run-$(shell cat requirements/bootstrap.lock requirements/run.lock pyproject.toml | cksum | cut -d' ' -f1)
DEV_STAMP := $(VENV)/.dev-$(shell cat requirements/bootstrap.lock requirements/dev.lock pyproject.toml | cksum | cut -d' ' -f1)

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

.PHONY: setup
setup: ## Create .venv and install the locked run set (the dev set serves too)
	@if [ ! -e $(DEV_STAMP) ] && [ ! -e $(RUN_STAMP) ]; then $(MAKE) --no-print-directory $(RUN_STAMP); fi

.PHONY: setup-dev
setup-dev: $(DEV_STAMP) ## Install what tests and linters need as well

$(VENV)/bin/uv: requirements/bootstrap.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is $$($(PYTHON) --version 2>&1), expected Python 3.11 or newer: install one, or run make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) cannot make virtual environments: install the venv package of your system (Debian: python3-venv)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.lock
	@touch $@

$(RUN_STAMP): $(VENV)/bin/uv
	$(VENV)/bin/uv pip sync --quiet --compile-bytecode --python $(VENV)/bin/python --require-hashes requirements/run.lock
	$(VENV)/bin/uv pip install --quiet --python $(VENV)/bin/python --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.run-* $(VENV)/.dev-*; touch $@

$(DEV_STAMP): $(VENV)/bin/uv
	$(VENV)/bin/uv pip sync --quiet --compile-bytecode --python $(VENV)/bin/python --require-hashes requirements/dev.lock
	$(VENV)/bin/uv pip install --quiet --python $(VENV)/bin/python --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.run-* $(VENV)/.dev-*; touch $@

.PHONY: demo
demo: setup ## Simulate an operator, land, build, publish, open the app (APP=no stops before the app)
	@trunkline demo $(if $(filter no,$(APP)),--no-app) $(DEMO_ARGS)

.PHONY: app
app: setup ## Open the dashboards on the current publication
	@trunkline app

.PHONY: dagster
dagster: setup ## Open the Dagster webserver on 127.0.0.1
	@trunkline dagster

WORKERS ?= 2
.PHONY: test
test: setup-dev ## Run the tests (browser tests need Chromium or Chrome)
	@python -m pytest -m "not slow" -n $(WORKERS) --dist loadscope --no-loadscope-reorder

.PHONY: test-all
test-all: setup-dev ## Run every test, the slow ones too
	@python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder

.PHONY: lint
lint: setup-dev ## Check style, types, SQL and the dbt project's conventions
	ruff format --check .
	ruff check .
	pyright
	mkdir -p data/warehouse && dbt parse --quiet --profiles-dir . --target lint --target-path target/lint
	sqlfluff lint --disable-progress-bar -q models tests/warehouse
	dbt-bouncer run --config-file dbt-bouncer.yml

.PHONY: bench
bench: setup-dev ## Print speed and memory as ratios inside one run (BENCH_ARGS="--rows 5000000")
	@python -m tests.bench $(BENCH_ARGS)

.PHONY: mutants
mutants: setup-dev ## Change the rating SQL place by place: does a test notice? (MUTANTS_ARGS="--only int_rating__held")
	@python -m tests.mutants $(MUTANTS_ARGS)

.PHONY: docs
docs: setup-dev ## Build the dbt documentation into target/static_index.html
	dbt docs generate --static --profiles-dir .

.PHONY: lock
lock: $(VENV)/bin/uv ## Resolve the requirement sets again (names, versions, hashes; no addresses)
	for set in bootstrap run dev; do \
	  $(VENV)/bin/uv pip compile requirements/$$set.in -o requirements/$$set.lock --python-version 3.11 \
	    --generate-hashes --no-annotate --no-emit-index-url --no-header --quiet; \
	done

.PHONY: clean
clean: ## Remove build output; data/ and .venv stay
	rm -rf target logs .pytest_cache .ruff_cache .hypothesis
