# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Everything that developers, the demo and CI run. Each target sets up what it needs. Nothing is read from or written to
# the home directory; all generated files are in .venv*, .cache, .collections and build.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

ROOT := $(CURDIR)
CACHE := $(ROOT)/.cache
VENV := .venv
BIN := $(ROOT)/$(VENV)/bin
# The demo needs few packages. It creates a small environment unless the large one exists already.
DEMO_VENV := $(if $(wildcard $(VENV)/installed.txt),$(VENV),.venv-demo)
DEMO = python -B -m demo
BENCH = python -m bench
SCRIPTS = .ci/run $(shell grep -lE '^\#!/(bin/sh|usr/bin/env bash)' tools/*)
LINK := .collections/ansible_collections/ngfw/smc
STAGE := tools/stage

# How many test processes and how many quality gates run at the same time. Tests wait more than they calculate.
WORKERS ?= 4
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
help: ## show this text
	@awk 'BEGIN { FS = ":.*## " } \
	    /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z][a-z-]*:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "PYTHON=/path/to/python3 chooses the interpreter (3.11 or newer), WORKERS=n the number of test processes."

.PHONY: demo
demo: $(DEMO_VENV)/installed.txt $(LINK) ## show the main job on a terminal, with a simulated SMC on loopback
	@PATH="$(ROOT)/$(DEMO_VENV)/bin:$$PATH"; exec $(DEMO) # exec: a signal to make reaches the demo itself

.PHONY: test
test: setup ## run every quality gate and every test; the last line gives the totals
	@rm -rf $(CACHE)/results $(CACHE)/coverage
	@status=0; \
	$(MAKE) --keep-going --jobs=$(JOBS) lint sanity importer 2>&1 || status=1; \
	$(MAKE) --keep-going test-unit test-conformance test-metrics test-integration test-events test-installed 2>&1 || status=1; \
	$(MAKE) coverage 2>&1 || status=1; \
	test $$status = 0 || echo "FAIL  make test: see the lines above that begin with FAIL"; \
	python tools/tally.py $(CACHE)/results || status=1; \
	exit $$status

##@ Tests

.PHONY: fuzz test-unit test-integration test-tomcat test-events test-conformance test-metrics test-installed test-matrix coverage
test-unit: setup ## test the core without a socket, the simulator and the documentation
	@$(STAGE) "unit tests" $(PYTEST) --hypothesis-profile=ci $(call junit,unit) tests/unit

fuzz: setup ## try FUZZ_EXAMPLES hostile inputs (200,000 unless given) on files, names and links, and a quarter as many on options
	@FUZZ_EXAMPLES=$$(($${FUZZ_EXAMPLES:-200000} / 6)) $(STAGE) "fuzz" python -m pytest -q tests/unit/test_fuzz.py
	@FUZZ_EXAMPLES=$$(($${FUZZ_EXAMPLES:-200000} / 76)) $(STAGE) "fuzz of options" \
	    python -m pytest -q --numprocesses=$(WORKERS) tests/unit/test_fuzz_options.py

test-integration: setup ## run real ansible-playbook commands with the simulated SMC
	@$(STAGE) "integration tests" $(PYTEST) $(call junit,integration) tests/integration

test-tomcat: setup ## run the part of the integration tests that needs Apache Tomcat
	@$(STAGE) "integration tests on Tomcat" $(PYTEST) tests/integration/test_tomcat.py

test-events: setup ## run a real ansible-rulebook with the simulated SMC; without Java 17 it says so, and fails only in CI
	@! command -v java >/dev/null && test -z "$$CI" || $(MAKE) .venv-rulebook/installed.txt
	@$(STAGE) "rulebooks" $(PYTEST) $(call junit,rulebooks) tests/rulebooks

test-conformance: setup ## run the vendor's own clients with the simulated SMC
	@$(STAGE) "conformance tests" $(PYTEST) $(call junit,conformance) tests/conformance

test-metrics: setup ## read metrics with promtool, node-exporter and Prometheus, until an alert fires; without them it says so, and fails only in CI
	@$(STAGE) "metrics in Prometheus" $(PYTEST) $(call junit,metrics) tests/monitoring

test-installed: build ## install the built file into an empty folder, and run documentation and smoke tests there
	@$(STAGE) "tests of the installed collection" \
	    tools/installed $(ROOT)/build/ngfw-smc-*.tar.gz $(CACHE)/installed $(CACHE)/results/installed.xml

test-matrix: $(LINK) ## sanity and integration tests on the oldest ansible-core and on the newest, where a Python for it is there
	@status=0; \
	tools/matrix oldest 10 12 $(WORKERS) || status=1; \
	tools/matrix newest 12 14 $(WORKERS) || status=1; \
	exit $$status

coverage: setup ## show how much of the core the last test runs covered
	@$(STAGE) "coverage of the core" tools/coverage

.PHONY: bench
bench: setup ## measure speed and memory, side by side with the vendor's client; checks no limits
	@$(BENCH)

##@ Quality gates

LINT := lint-ruff lint-format lint-mypy lint-ansible lint-docs lint-changelog lint-licences lint-shell lint-security
.PHONY: lint $(LINT) sanity importer format
lint: $(LINT) ## run ruff, mypy, ansible-lint, antsibull-docs, antsibull-changelog, REUSE, shellcheck, bandit and zizmor

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

lint-security: setup
	@$(STAGE) "bandit" bandit --quiet --recursive --configfile pyproject.toml plugins
	@$(STAGE) "zizmor" zizmor --offline --no-progress --persona=pedantic docs/examples/github-workflow.yml

sanity: setup ## run ansible-test sanity, without ignoring anything
	@$(STAGE) "ansible-test sanity" python tools/sanity.py $(CACHE)/sanity

importer: build ## run Galaxy's importer on the built file
	@$(STAGE) "galaxy-importer" python tools/importer.py $(ROOT)/build/ngfw-smc-*.tar.gz $(CACHE)/importer

format: setup ## let ruff format the Python files and fix what it can
	@ruff check --fix-only --quiet . && ruff format --quiet .

##@ Build

.PHONY: build images sbom changelog docs screenshots
docs: .venv-docs/installed.txt $(LINK) ## build the documentation site as build/docs; a warning is an error
	@PATH="$(ROOT)/.venv-docs/bin:$$PATH"; $(STAGE) "documentation site" tools/docs $(ROOT)/build/docs $(CACHE)/docs

build: setup ## build the collection as build/ngfw-smc-VERSION.tar.gz
	@$(STAGE) "build" tools/build $(ROOT)/build

images: build ## build the execution and the decision environment with podman, and run them as navigator and AWX do
	@rm -rf $(CACHE)/results/images.xml; \
	$(STAGE) "images" tools/images $(ROOT)/build/ngfw-smc-*.tar.gz $(CACHE)/images && \
	if [ -d $(CACHE)/images/decision ]; then \
	    set -a; . $(CACHE)/images/environment; $(STAGE) "tests of the images" $(PYTEST) $(call junit,images) tests/images; \
	fi

sbom: build ## write the bill of materials of the built collection as build/sbom.json (CycloneDX)
	@$(STAGE) "bill of materials" python tools/sbom.py $(ROOT)/build/ngfw-smc-*.tar.gz $(ROOT)/build/sbom.json

changelog: setup ## write CHANGELOG.md for the version in galaxy.yml from changelogs/fragments
	@$(STAGE) "changelog" antsibull-changelog release --update-existing --reload-plugins

screenshots: setup docs ## write docs/images: reports about the demo's engines and the site, as Chromium shows them
	@python tools/screenshots.py

##@ Environments

.PHONY: setup lock clean clean-all
setup: $(VENV)/installed.txt $(LINK) ## create the development environment .venv; does nothing while the lock file stays the same

$(VENV)/installed.txt: requirements/dev.txt
	@tools/setup-venv $(VENV) $< 11 14

.venv-demo/installed.txt: requirements/demo.txt
	@tools/setup-venv .venv-demo $< 11 14

.venv-docs/installed.txt: requirements/docs.txt
	@tools/setup-venv .venv-docs $< 11 14

.venv-rulebook/installed.txt: requirements/rulebook.txt
	@tools/setup-venv .venv-rulebook $< 11 14

$(LINK):
	@mkdir -p $(dir $@) && ln -sfn ../../.. $@

lock: setup ## update requirements/*.txt from requirements/*.in
	@cd requirements && for name in demo dev docs rulebook matrix-oldest matrix-newest; do \
	    lowest=3.11; test $$name != matrix-newest || lowest=3.12; \
	    uv pip compile --quiet --upgrade --universal --python-version $$lowest \
	        --generate-hashes --no-header --annotation-style line --output-file $$name.txt $$name.in || exit 1; \
	done
	@cut -d' ' -f1 requirements/uv.txt | grep '^uv==' | uv pip compile --quiet --universal --generate-hashes --no-header --output-file requirements/uv.txt -

clean: ## remove all generated files, except the environments
	@rm -rf .cache .collections .ansible build changelogs/.plugin-cache.yaml
	@find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +

clean-all: clean ## remove the environments too
	@rm -rf .venv .venv-*
