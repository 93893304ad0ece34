# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Everything a developer, the demo and CI do. Each target sets up what it needs; nothing is read from or written to the
# home directory, and everything generated lies in .venv*, .cache, .collections and build.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

ROOT := $(CURDIR)
CACHE := $(ROOT)/.cache
VENV := .venv
BIN := $(ROOT)/$(VENV)/bin
# The demo needs little; it makes a small environment unless the large one is there already.
DEMO_VENV := $(if $(wildcard $(VENV)/installed.txt),$(VENV),.venv-demo)
DEMO = python -B -m demo
BENCH = python -m bench
SCRIPTS = .ci/run $(shell grep -lE '^\#!/(bin/sh|usr/bin/env bash)' tools/*)
LINK := .collections/ansible_collections/ngfw/smc
STAGE := tools/stage

# How many test processes and how many quality gates run at a time.
WORKERS ?= 2
JOBS ?= 2

export PATH := $(BIN):$(PATH)
export XDG_CACHE_HOME := $(CACHE)/xdg
export ANSIBLE_HOME := $(CACHE)/ansible
export ANSIBLE_REMOTE_TMP := $(CACHE)/ansible/tmp
export ANSIBLE_CONFIG := $(ROOT)/tests/ansible.cfg
export ANSIBLE_COLLECTIONS_PATH := $(ROOT)/.collections
export HYPOTHESIS_STORAGE_DIRECTORY := $(CACHE)/hypothesis
export COVERAGE_FILE := $(CACHE)/coverage/data
export PYTHON

PYTEST := coverage run -m pytest --numprocesses=$(WORKERS)
junit = --junit-xml=$(CACHE)/results/$(1).xml

##@ Start here

.PHONY: help
help: ## this text
	@awk 'BEGIN { FS = ":.*## " } \
	    /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z][a-z-]*:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "PYTHON=/path/to/python3 chooses the interpreter (3.11 or newer), WORKERS=n the number of test processes."

.PHONY: demo
demo: $(DEMO_VENV)/installed.txt $(LINK) ## the main job on a terminal, against an SMC on loopback
	@PATH="$(ROOT)/$(DEMO_VENV)/bin:$$PATH"; exec $(DEMO) # exec: a signal to make reaches the demo itself

.PHONY: test
test: setup ## every gate and every test; the last line adds up the tests
	@rm -rf $(CACHE)/results $(CACHE)/coverage
	@status=0; \
	$(MAKE) --keep-going --jobs=$(JOBS) lint sanity importer 2>&1 || status=1; \
	$(MAKE) --keep-going test-unit test-conformance test-integration test-installed 2>&1 || status=1; \
	$(MAKE) coverage 2>&1 || status=1; \
	test $$status = 0 || echo "FAIL  make test: see the lines above that begin with FAIL"; \
	python tools/tally.py $(CACHE)/results || status=1; \
	exit $$status

##@ Tests

.PHONY: test-unit test-integration test-conformance test-installed test-matrix coverage
test-unit: setup ## the core without a socket, the simulator, the documentation
	@$(STAGE) "unit tests" $(PYTEST) --hypothesis-profile=ci $(call junit,unit) tests/unit

test-integration: setup ## real ansible-playbook runs against the SMC on loopback
	@$(STAGE) "integration tests" $(PYTEST) $(call junit,integration) tests/integration

test-conformance: setup ## the vendor's own clients against the SMC on loopback
	@$(STAGE) "conformance tests" $(PYTEST) $(call junit,conformance) tests/conformance

test-installed: build ## the built file, installed into an empty place: documentation and smoke tests
	@$(STAGE) "tests of the installed collection" \
	    tools/installed $(ROOT)/build/ngfw-smc-*.tar.gz $(CACHE)/installed $(CACHE)/results/installed.xml

test-matrix: $(LINK) ## integration tests on the oldest ansible-core and on the newest, where a Python for it is there
	@status=0; \
	tools/matrix oldest 10 12 $(WORKERS) || status=1; \
	tools/matrix newest 12 14 $(WORKERS) || status=1; \
	exit $$status

coverage: setup ## how much of the core the last test runs covered
	@$(STAGE) "coverage of the core" tools/coverage

.PHONY: bench
bench: setup ## speed and memory side by side with the vendor's client; asserts nothing
	@$(BENCH)

##@ Quality gates

LINT := lint-ruff lint-format lint-mypy lint-ansible lint-docs lint-changelog lint-licences lint-shell
.PHONY: lint $(LINT) sanity importer format
lint: $(LINT) ## ruff, mypy, ansible-lint, antsibull-docs, antsibull-changelog, licences, shellcheck

lint-ruff: setup
	@$(STAGE) "ruff" ruff check --output-format=concise .

lint-format: setup
	@$(STAGE) "ruff format" ruff format --check --output-format=concise .

lint-mypy: setup
	@$(STAGE) "mypy" mypy

lint-ansible: setup
	@$(STAGE) "ansible-lint" ansible-lint --offline --strict

lint-docs: setup
	@: antsibull-docs writes a log into the home directory; \
	HOME=$(CACHE)/home; export HOME; mkdir -p $$HOME; \
	$(STAGE) "antsibull-docs" antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=all \
	    --disallow-unknown-collection-refs --skip-rstcheck .

lint-changelog: setup
	@$(STAGE) "antsibull-changelog" antsibull-changelog lint

lint-licences: setup
	@$(STAGE) "licences (REUSE)" reuse lint --lines

lint-shell: setup
	@$(STAGE) "shellcheck" shellcheck $(SCRIPTS)

sanity: setup ## ansible-test sanity, without an ignore entry
	@$(STAGE) "ansible-test sanity" python tools/sanity.py $(CACHE)/sanity

importer: build ## Galaxy's importer on the built file
	@$(STAGE) "galaxy-importer" python tools/importer.py $(ROOT)/build/ngfw-smc-*.tar.gz $(CACHE)/importer

format: setup ## let ruff format the Python files and mend what it can
	@ruff check --fix-only --quiet . && ruff format --quiet .

##@ Build

.PHONY: build changelog screenshots
build: setup ## the collection as a file: build/ngfw-smc-VERSION.tar.gz
	@$(STAGE) "build" tools/build $(ROOT)/build

changelog: setup ## make the release of galaxy.yml's version from changelogs/fragments, in CHANGELOG.md
	@$(STAGE) "changelog" antsibull-changelog release --update-existing --reload-plugins

screenshots: setup ## docs/images: reports of the demo's world as Chromium shows them
	@python tools/screenshots.py

##@ Environments

.PHONY: setup lock clean clean-all
setup: $(VENV)/installed.txt $(LINK) ## the development environment .venv; nothing to do while the lock stays the same

$(VENV)/installed.txt: requirements/dev.txt
	@tools/setup-venv $(VENV) $< 11 14

.venv-demo/installed.txt: requirements/demo.txt
	@tools/setup-venv .venv-demo $< 11 14

$(LINK):
	@mkdir -p $(dir $@) && ln -sfn ../../.. $@

lock: setup ## write requirements/*.txt anew from requirements/*.in
	@cd requirements && for name in demo dev matrix-oldest matrix-newest; do \
	    lowest=3.11; test $$name != matrix-newest || lowest=3.12; \
	    uv pip compile --quiet --upgrade --universal --python-version $$lowest \
	        --no-header --annotation-style line --output-file $$name.txt $$name.in || exit 1; \
	done

clean: ## remove what was generated, but not the environments
	@rm -rf .cache .collections .ansible build changelogs/.plugin-cache.yaml
	@find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +

clean-all: clean ## remove the environments too
	@rm -rf .venv .venv-*
