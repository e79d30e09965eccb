# Needs make, git and Python 3.11 or newer; everything else is fetched into .venv/ and node_modules/.
# `make` alone lists what can be asked for.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.ONESHELL:
.SHELLFLAGS := -euc

PORT ?= 5000
DATA ?= .demo
BITCOIN_RPC_URL ?=
ARGS ?=
OUT ?= screenshots
ONLY ?=
SYSTEM_PYTHON ?= python3
PY := .venv/bin/python
# Many processes start from the same source: each module is compiled once, whatever the shell asks for.
export PYTHONDONTWRITEBYTECODE :=

# Promises of the house about its own text, how its pages look, its tools and those with which strangers check it, and
# what measures it; `make test` leaves them to `make check`.
CHECKS := tests/architecture tests/benchmarks tests/pinned tests/gallery tests/dev tests/node tests/faces/api/document \
  tests/utilities tests/forgeries
# Folders without a quick test (tests/order.py) need not be collected.
NOT_QUICK := tests/faults tests/properties tests/journeys

# Four workers more than cores, for many tests wait: for processes, blocks and browsers. tests/order.py says what is first.
SHARED = -n "$$(( $$(nproc) + 4 ))" --maxprocesses 6 --dist loadfile --no-loadscope-reorder

LINT = $(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy && .venv/bin/lint-imports

# Lint is one process, of a fresh checkout for minutes: it runs beside the tests, and is told after them.
define LINTED
said=$$(mktemp)
( $(LINT) ) >"$$said" 2>&1 & linting=$$!
failed=0
$(TESTED) || failed=$$?
wait "$$linting" || failed=$$?
cat "$$said"; rm "$$said"
exit "$$failed"
endef

.PHONY: help setup assets demo check test quick screenshots bench lint format translations map lock clean

help: ## list the commands
	@awk 'BEGIN {FS = ":.*## "; print "make COMMAND [NAME=value ...]\n"} /^[a-z]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	printf '\n%s\n%s\n%s\n%s\n%s\n' \
	  '  demo takes PORT=5000, DATA=.demo, VERBOSE=1 (every log line) and' \
	  '  BITCOIN_RPC_URL=http://user:pass@host:port/wallet/NAME (a regtest bitcoind of your own).' \
	  '  check, test, quick and bench pass ARGS="..." on: make test ARGS="tests/games/ticket_draw -x".' \
	  '  EXPLORE=1 make test tries whole crosses and searches properties anew (docs/testing.md).' \
	  '  screenshots takes OUT=screenshots and ONLY=, a part of SCENE/NAME: ONLY=selling/home.'

setup: ## make .venv and fetch the front-end files; the others do this themselves
	@$(SYSTEM_PYTHON) -m dev.setup all

assets: ## front-end files into static/vendor/ (also before a deployment)
	@$(SYSTEM_PYTHON) -m dev.setup assets

demo: ## the whole story on this machine: stores, chain, web, players; Ctrl-C stops all of it
	@$(SYSTEM_PYTHON) -m dev.setup demo
	exec setpriv --pdeathsig TERM -- $(PY) -m dev.supervisor --port "$(PORT)" --data "$(DATA)" --node-url "$(BITCOIN_RPC_URL)" $(if $(VERBOSE),--verbose)

test: setup ## what the product does, in browsers too; all that `make check` does not test
	@$(SYSTEM_PYTHON) -m dev.setup browser
	exec $(PY) -m pytest $(SHARED) $(if $(findstring tests/,$(ARGS)),,$(CHECKS:%=--ignore=%)) $(ARGS)

check: TESTED = $(PY) -m pytest $(SHARED) $(if $(findstring tests/,$(ARGS)),,$(CHECKS)) $(ARGS)
check: setup ## lint, types, contracts, documents, translations, routes; how every page looks; demo, node, tools and verifiers; smoke of benchmarks
	@$(SYSTEM_PYTHON) -m dev.setup browser
	$(LINTED)

quick: TESTED = $(PY) -m pytest -q --no-header -n "$$(nproc)" --maxprocesses 4 --dist loadfile -m quick \
  $(CHECKS:%=--ignore=%) $(NOT_QUICK:%=--ignore=%) $(ARGS)
quick: setup ## while you write: lint, and beside it the tests that need no node, browser or world of their own
	@$(LINTED)

screenshots: setup ## every page in every state, phone and desk, light and dark, into OUT=
	@$(SYSTEM_PYTHON) -m dev.setup browser
	SCREENSHOTS="$(abspath $(OUT))" SCREENSHOTS_ONLY="$(ONLY)" $(PY) -m pytest -q -n 0 --no-header tests/gallery/test_gallery.py $(ARGS)
	echo "The pictures are in $(OUT)/"

bench: setup ## the benchmark table
	@exec $(PY) -m benchmarks $(ARGS)

lint: setup ## ruff, mypy and the import contract
	@$(LINT)

format: setup ## format the code
	@$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .

translations: setup ## bring the words of code and templates into translations/*.po (docs/translating.md)
	@$(PY) -m dev.translations

map: setup ## draw docs/map.md, what every module is for
	@$(PY) -m dev.map

lock: setup ## pin requirements*.in to requirements*.txt, with hashes
	@$(PY) -m uv --version >/dev/null 2>&1 || $(PY) -m pip install --quiet --disable-pip-version-check uv
	for name in requirements requirements-demo requirements-node requirements-dev; do
	  $(PY) -m uv pip compile --universal --python-version 3.11 --quiet --generate-hashes --no-emit-index-url \
	    --no-annotate --no-header --prerelease=if-necessary-or-explicit $$name.in -o $$name.txt
	done

clean: ## remove what set-up and tests made; the demo's data stay (rm -rf .demo)
	@rm -rf .venv node_modules static/vendor .make .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
