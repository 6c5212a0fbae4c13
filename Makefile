# The Soluto web shop's commands. `make` alone lists them.

PYTHON ?= python3
IN := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help python local dev run test check format lock messages bench endure clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "There is no $(PYTHON): apt install python3 python3-venv, or name another, as in make run PYTHON=python3.12." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is too old ($$($(PYTHON) -V 2>&1)): Python 3.11 or newer is needed; name it, as in make run PYTHON=python3.12." >&2; exit 1; }

local: python
	@$(PYTHON) -m soluto_shop.local.environment local

dev: python
	@$(PYTHON) -m soluto_shop.local.environment dev

run: local ## open the shop on this machine (PORT=8000)
	@$(IN) -m soluto_shop.local.run --with-parent

test: dev ## run all the tests (ARGS="tests/orders -k basket" for some)
	@PYTHONDONTWRITEBYTECODE= $(IN) -m pytest -n 2 $(ARGS)

check: dev ## check format, style, types, directions, migrations, deployment, translations
	@$(IN) -m soluto_shop.local.check

format: dev ## put the code into its form
	@$(IN) -m ruff check --quiet --fix . ; $(IN) -m ruff format .

lock: ## choose package versions anew, with their hashes (needs uv)
	@for set in requirements requirements-local requirements-dev; do \
	  uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate $$set.in -o $$set.txt || exit 1; done

messages: dev ## gather the words to translate into soluto_shop/locale (needs gettext)
	@$(IN) -m soluto_shop.local.messages

bench: dev ## measure the pages (ARGS="--products 5000")
	@$(IN) manage.py bench $(ARGS)

endure: dev ## the long runs: buyers at once, processes killed
	@ENDURE=$${ENDURE:-100} $(IN) -m pytest -m endure -s -o faulthandler_timeout=0 $(ARGS)

clean: ## remove what can be made again (the shop's own data in var/ stays)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
