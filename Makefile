# Everything starts here: `make help` lists what there is. Needs Python 3.11 or newer; Java and Maven, or Docker.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 3
READY := $(VENV)/.ready
export PYTHONPATH := deploy
export UV_LINK_MODE := copy
# What is compiled is kept: every process of a service is started many times over.
unexport PYTHONDONTWRITEBYTECODE
DISTRIBUTIONS := contracts chassis services/discovery services/campaigns services/attribution services/notifications services/console
PACKAGES := contracts chassis discovery campaigns attribution notifications console local story

.DEFAULT_GOAL := help
.PHONY: help demo up down test check lint types imports contracts chaos bench-spine bench-redirect bench-attribution bench-import bench-verify bench-search scale fuzz screens words lock release clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: $(READY) ## the whole platform on this machine, and one story told through its public interfaces
	@$(BIN)/python -m local.demo demo

up: $(READY) ## the platform without the story, until Ctrl-C or `make down`; its data stay
	@$(BIN)/python -m local.demo up

down: $(READY) ## stop what `make up` or `make demo` left running in this checkout
	@$(BIN)/python -m local.demo down

test: $(READY) ## all tests, on real servers of their own
	@bash deploy/local/needs.sh
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

check: $(READY) lint types imports contracts test ## what CI runs: lint, types, import rules, contracts, tests

lint: $(READY) ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## mypy, strict
	$(BIN)/mypy $(foreach package,$(PACKAGES),-p $(package)) -p tests.support -p tests.chaos -p tests.scale -p tests.e2e -p tests.bench

imports: $(READY) ## which way imports point
	$(BIN)/lint-imports

contracts: $(READY) ## schemas and asyncapi.yaml are what the contracts generate, and break no promise
	$(BIN)/python -m contracts check

chaos: $(READY) ## seeded kills under orders, clicks and deadlines: SEED=n, PLANT=commit-first|no-inbox|lookup-only|host-clock
	@bash deploy/local/needs.sh
	@$(BIN)/python -m tests.chaos

bench-spine: $(READY) ## order event to decided event, orders/s at saturation, memory; prints a table and one line of JSON
	@$(BIN)/python -m tests.bench.spine

bench-redirect: $(READY) ## 302s after the broker's ack against a bare app, with 1,000 and 1,000,000 links; a table and one line of JSON
	@$(BIN)/python -m tests.bench.redirect

bench-attribution: $(READY) ## clicks and orders waiting on Kafka, until all is in the ledger, against Quix Streams: CLICKS=n ORDERS=n
	@$(BIN)/python -m tests.bench.attribution

bench-import: $(READY) ## a file of 1 GB imported by the command line: rows/s and peak memory; SIZE_MB=n
	@$(BIN)/python -m tests.bench.imports

bench-verify: $(READY) ## 100,000 generated orders with clicks, refunds and cancellations in any order, then verified: ORDERS=n SEED=n
	@$(BIN)/python -m tests.bench.verify

bench-search: $(READY) ## 400 searches of up to five filters with exact counts and facets, and the same on MongoDB: DOCS=n
	@$(BIN)/python -m tests.bench.search

scale: $(READY) ## a group of workers scaled 1, 3, 1; a coupon, terms, a store that all orders wait for, amid kills: ORDERS=n SEED=n
	@$(BIN)/python -m tests.scale

bench-campaigns: $(READY) ## 100,000 collaborations with 400,000 timers: a tick, lateness with three workers, a board: COLLABORATIONS=n DUE=n
	@$(BIN)/python -m tests.bench.campaigns

fuzz: $(READY) ## every API by its OpenAPI, and damaged webhooks: no 5xx, nothing lost or wrongly paid: SEED=n CASES=n EXAMPLES=n
	@$(BIN)/python -m tests.fuzz

screens: $(READY) ## pictures of the pages at 390 and 1280 px and of the mails at 390 and 700 px, into build/screens/
	@bash deploy/local/needs.sh
	@$(BIN)/python -m tests.console.screens
	@$(BIN)/python -m tests.notifications.screens

words: $(READY) ## take the words of pages and mails out of the code, bring all catalogues up to them, and name what is not translated
	@cd services/console/console && ../../../$(BIN)/pybabel -q extract -F ../babel.cfg -k mark --no-location --sort-output --omit-header -o locale/console.pot .
	@cd services/console/console && for po in locale/*/LC_MESSAGES/console.po; do language=$$(basename $$(dirname $$(dirname $$po))); \
	    [ $$language = en ] || ../../../$(BIN)/pybabel -q update -D console -d locale -l $$language -i locale/console.pot -N --omit-header --ignore-obsolete; done
	@$(BIN)/python -m notifications.rendering.words
	@$(BIN)/python -m pytest -q tests/console/test_words.py tests/notifications/test_words.py

lock: $(READY) ## resolve the dependencies anew, with hashes
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header \
	    --no-emit-package contracts --no-emit-package chassis \
	    requirements.in $(addsuffix /pyproject.toml,$(DISTRIBUTIONS)) -o requirements.lock

release: $(READY) ## keep today's schemas as promised for ever
	$(BIN)/python -m contracts release

clean: ## remove what was built; the stack must be down
	rm -rf $(VENV) .local build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): requirements.lock $(addsuffix /pyproject.toml,$(DISTRIBUTIONS))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	    || { echo "Python 3.11 or newer is needed: set PYTHON=... to one"; exit 2; }
	@echo "Building the virtual environment ..."
	@$(PYTHON) -m venv $(VENV) || { echo "the virtual environment can't be made: is python3-venv installed?"; exit 2; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==0.13.9
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation $(addprefix -e ,$(DISTRIBUTIONS))
	@touch $@
