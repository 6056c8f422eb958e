# Four commands: `make run` starts Moodcue, `make test` runs all checks and tests, `make check` the part
# of them that needs neither a browser nor servers, and `make docs` writes the API reference. Each
# installs what it needs.

PYTHON ?= python3
BIN := .venv/bin
PAGE := $(shell git ls-files web/page 2>/dev/null)
BUILT_FROM := pyproject.toml hatch_build.py $(PAGE)

.PHONY: check docs lint run test

run: .venv/installed
	$(BIN)/moodcue serve --open

lint: .venv/installed-for-tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint
	$(BIN)/pytest --numprocesses 2 --dist worksteal -m "not browser and not server"

test: lint tests/web/encoder/node_modules
	tests/debian-packages chromium libatomic1 postgresql \
		libasound2-plugins libportaudio2 pulseaudio pulseaudio-utils
	$(BIN)/pytest --numprocesses 2 --dist worksteal

docs: .venv/installed-for-tests
	$(BIN)/python -W error docs/reference.py docs/api

.venv/bin/python:
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || tests/debian-packages python3-venv
	$(PYTHON) -m venv .venv

tests/web/encoder/node_modules: tests/web/encoder/package-lock.json .venv/installed-for-tests
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --prefix tests/web/encoder
	@touch $@

.venv/installed: .venv/bin/python $(BUILT_FROM)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/installed-for-tests: .venv/bin/python $(BUILT_FROM)
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@ .venv/installed
