# The contract of commands. `make` alone lists them.

# `make demo` takes HOST, PORT and ITAC_DATA from the environment or the command line.
KILLS ?= 300
# pytest's processes, and anything else to hand to it: make test PYTEST="-k outbox"
WORKERS ?= 2
PYTEST ?=

override BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

# The first Python on this machine that is new enough and starts.
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$p" && break; done)
SET_UP = @test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found." >&2; exit 1; }; \
	$(PYTHON) tools/set_up.py

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test crash bench lint format messages locks clean
.NOTPARALLEL:

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

setup: ## Bring everything the product needs into this folder
	$(SET_UP) run

setup-dev: ## and everything tests and checks need
	$(SET_UP) dev

demo: setup ## Start the #ITAC demo (HOST, PORT and ITAC_DATA say where)
	@$(PYTHON) tools/start_demo.py

test: packages-of-debian setup-dev ## Run all tests
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(PYTEST)

crash: packages-of-debian setup-dev ## Kill workers around their calls, KILLS times, and count what was sent
	@$(BIN)/python -m tests.crash --kills $(KILLS)

bench: packages-of-postgresql setup ## Run every benchmark beside its peers
	@$(BIN)/python -m benchmarks

lint: packages-of-gettext setup-lint ## Check style, types, layers, templates and catalogues
	@$(BIN)/python -m tools.lint

# A start of Python that needs no virtual environment: the standard library alone.
.PHONY: packages-of-debian packages-of-gettext packages-of-postgresql setup-lint
packages-of-debian:
	@$(PYTHON) -m tools.debian_packages

packages-of-gettext:
	@$(PYTHON) -m tools.debian_packages gettext

# Without it a benchmark names the part it leaves out.
packages-of-postgresql:
	-@$(PYTHON) -m tools.debian_packages postgresql

setup-lint:
	$(SET_UP) lint

format: setup-lint ## Let ruff put the code into shape
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

messages: packages-of-gettext setup-lint ## Collect strings into the message catalogues
	@$(BIN)/python -m tools.check_catalogues --update

LOCK = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --quiet \
	--no-emit-index-url --no-annotate --no-header
locks: setup ## Lock the requirements again (UPGRADE=--upgrade for newer ones)
	@$(LOCK) $(UPGRADE) --group setup --group bench -o requirements/run.txt
	@$(LOCK) $(UPGRADE) --group setup --group bench --group test --group lint -c requirements/run.txt -o requirements/dev.txt
	@sed -n '/^uv==/,/^[^ ]/{/^uv==/p;/^ /p}' requirements/run.txt > requirements/uv.txt

clean: ## Remove what set-up brought and tools left (never the data)
	@rm -rf .venv .cache node_modules tests/servers/pds/node_modules .mypy_cache .ruff_cache .pytest_cache
