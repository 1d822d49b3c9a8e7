# Everything here needs Python >= 3.11 and make, nothing else; every target may be run again at any time.
#   make run       the living demo on http://localhost:8000 (ARGS="--port 8001" is handed on)
#   make test      every test (TESTS="tests/kernel -k ledger" for some of them)
#   make test-faults   those that take minutes: what is killed in the middle of work is done by others
#   make check     format, lint, strict types, import arrows, scripts, templates
#   make bench     the budget (ONLY=due,list for some rows, DATA=folder for your own data)
#   make screens   a picture of every page into build/screens
#   make wheel     dist/orderhub-*.whl with pages and assets inside
#   make lock      rewrites requirements*.txt from pyproject.toml, and each package-lock.json from the package.json beside it
#                  (UPGRADE=--upgrade also takes newer Python packages)
#   make map       rewrites docs/map.md: stages, moves, reactions, views, read from the code
#   make clean     removes what was made here; data folders stay

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install -qq --no-input
COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.DEFAULT_GOAL := run
.PHONY: run test test-faults check bench screens wheel lock map clean setup setup-dev assets

run: setup assets
	@$(VENV)/bin/orderhub demo $(ARGS)

# Two at a time, as many as there are cores on the smallest machine; files stay whole, each process has servers of its own.
JOBS ?= 2

test: setup-dev assets
	@$(PY) -m infra.check scripts-test
	@$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(TESTS)

test-faults: setup-dev assets
	@$(PY) -m pytest -m faults $(TESTS)

check: setup-dev assets
	@$(PY) -m infra.check

bench: setup-dev assets
	@ONLY="$(ONLY)" DATA="$(DATA)" $(PY) -m tests.bench

screens: setup-dev assets
	@$(PY) -m tests.screens

wheel: setup assets
	@$(PY) -m build --wheel --no-isolation --outdir dist

setup: $(VENV)/.runtime
	@:

setup-dev: $(VENV)/.dev
	@:

assets: $(VENV)/.runtime
	@$(PY) -m infra.assets

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "OrderHub needs Python 3.11 or newer, " \
	"this is " + sys.version.split()[0] + "; name another one: make PYTHON=python3.12")'
	@echo "setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# The lock files pin and hash everything, so pip has nothing to resolve and nothing to build.
$(VENV)/.runtime: $(VENV)/bin/python requirements.txt requirements-build.txt pyproject.toml
	@$(PIP) --no-deps --only-binary :all: --require-hashes -r requirements.txt -r requirements-build.txt
	@$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	@$(PIP) --no-compile --no-deps --only-binary :all: --require-hashes -r requirements-dev.txt
	@touch $@

lock: setup-dev
	@$(COMPILE) $(UPGRADE) pyproject.toml --output-file requirements.txt
	@$(COMPILE) $(UPGRADE) --group build --constraints requirements.txt --output-file requirements-build.txt
	@$(COMPILE) $(UPGRADE) --group dev --constraints requirements.txt --constraints requirements-build.txt \
	--output-file requirements-dev.txt
	@$(PY) -m infra.assets lock

map: setup-dev
	@$(PY) -m infra.map

clean:
	@rm -rf $(VENV) build dist web/dist web/node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
