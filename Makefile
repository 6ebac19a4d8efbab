.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix api/assets
MEMORY := $(if $(wildcard /dev/shm/.),TMPDIR=/dev/shm)
CODE := pyproject.toml $(shell git ls-files '*.py' 'api/templates/*')
ASSETS := $(wildcard api/assets/*.* api/assets/.npmrc)
KILLS ?= 100
MESSAGES ?= 5000
ENGINE ?= sqlite
# Tests start processes, and each would compile all of the code where none of it is kept.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check lint types imports coverage bench load soak assets clean format

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

run: .venv/run.stamp api/static/app.css ## the demonstration service, on 127.0.0.1:8000
	@TRACKER_DEMO=1 $(BIN)/tracker serve

test: .venv/dev.stamp api/static/app.css ## every test, on SQLite and PostgreSQL
	$(MEMORY) $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -q -rs --cov --cov-report= \
	  || { rm -f .coverage; exit 1; }

check: lint types imports coverage ## what a change must pass

lint: .venv/dev.stamp ## style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev.stamp ## types, strictly
	$(BIN)/mypy

imports: .venv/dev.stamp ## who may import whom
	$(BIN)/lint-imports

coverage: .coverage ## the share of the code that the tests run; runs them if the code is newer
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --include='*/domain/*,*/services/*' --fail-under=100

bench: .venv/dev.stamp api/static/app.css ## the figures of the README
	$(BIN)/python -m bench

load: .venv/dev.stamp api/static/app.css ## 50 facilitators and 10 readers of reports at once
	$(BIN)/python -m bench.load

soak: .venv/dev.stamp ## kill the dispatcher KILLS times over MESSAGES texts, on ENGINE
	$(BIN)/python -m tests.soak --kills $(KILLS) --messages $(MESSAGES) --engine $(ENGINE)

assets: .venv/run.stamp ## the page assets, anew
	$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	$(NPM) run --silent build

format: .venv/dev.stamp ## put the code into its style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what was made, but no data
	rm -rf .venv build *.egg-info api/static api/assets/node_modules .coverage* .*_cache .hypothesis

.coverage: $(CODE)
	@$(MAKE) --no-print-directory test

.venv/run.stamp: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/dev.stamp: .venv/run.stamp
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

api/static/app.css: $(ASSETS) | .venv/run.stamp
	@$(MAKE) --no-print-directory assets
