# Everything sets itself up: only Python 3.11 or later is needed.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; break; fi; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# Once, and again after a change of engine or world; where it cannot be made, plain Python gives the same results.
CORE := $(BIN)/python -m sim.native --once

.PHONY: demo boulders practices test lint bench clean help

help:
	@echo "make demo    compare winter pressures with the baseline in a Hull-sized place, and write the report"
	@echo "make boulders  what each boulder costs there, alone and together, in two years (about a minute)"
	@echo "make examples  three sample reports again: tables in docs/examples, pictures in docs/images"
	@echo "make practices  every claim of a practice against the model; makes docs/practices.md again"
	@echo "make test    style, types, import contracts and every test"
	@echo "make lint    style, types and import contracts only"
	@echo "make bench   speed beside textbook SimPy"
	@echo "make clean   remove .venv and caches; outputs are kept"

demo: .venv/ready
	@$(CORE)
	@$(BIN)/traintracks demo
	@echo "        (first: source .venv/bin/activate, so that your shell knows traintracks)"

# Eight worlds of two years, six times each: about a minute on two cores. More replications, narrower intervals.
boulders: .venv/ready
	@$(CORE)
	@$(BIN)/traintracks boulders --replications 6

examples: .venv/ready
	@$(CORE)
	$(BIN)/python tests/browser/examples.py
	@echo "Pages   outputs/examples/*/report.html"

# Some forty worlds of a year, eight times each: about five minutes on two idle cores. Makes docs/practices.md again.
practices: .venv/ready
	@$(CORE)
	@$(BIN)/traintracks practices --replications 8 --seed 1 --out outputs/practices
	@cp outputs/practices/practices.json outputs/practices/practices.md docs/

test: lint
	@$(CORE)
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: .venv/ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready
	@$(CORE)
	$(BIN)/python benchmarks/run.py

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Traintracks needs Python 3.11 or later, and none was found."; \
		echo "Install one (python.org, or your system's packages), or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up .venv with $(PYTHON) (once; a minute or two)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "That Python has no venv module; on Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/ready: .venv/bin/python pyproject.toml constraints.txt
	@$(PIP) --editable '.[fast]' 2>/dev/null || $(PIP) --editable .
	@touch $@

.venv/ready-test: .venv/ready
	$(PIP) --editable '.[fast,test]'
	@touch $@
