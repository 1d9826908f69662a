# The doors of the house. `make run` does the main job from a bare checkout; `make test` checks everything.

PYTHON   ?= python3
RUN_ARGS ?= run ukraine-2025 --quick --report

VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.stamp
# pip of the outer Python works on the environment, which need not have a pip of its own.
PIP   := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check --quiet

.PHONY: run test lint types lock clean bench install

run: $(STAMP)
	$(BIN)/winset $(RUN_ARGS)

test: lint types
	@sh tools/browser.sh
	$(BIN)/python -m pytest -n 2

lint: $(STAMP)
	$(BIN)/ruff check .

types: $(STAMP)
	$(BIN)/mypy

# Each prints its ratios. Longer ones are left out: bias.py and texts.py (an hour), scale.py (see its --help).
bench: $(STAMP)
	@for script in step frontier runner; do \
	  echo "== benchmarks/$$script.py"; $(BIN)/python benchmarks/$$script.py || exit 1; \
	done

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV) || $(PYTHON) -m venv --without-pip $(VENV)
	$(PIP) install -r requirements.lock
	$(PIP) install --no-deps -e .
	@touch $@

# Brings in what pyproject.toml asks for and the environment lacks, then writes down what is there.
lock:
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || $(PYTHON) -m venv --without-pip $(VENV)
	$(PIP) install -e '.[dev]'
	@echo '# Every version that the tests ran with. Written by `make lock`; do not edit.' > requirements.lock.new
	$(PIP) freeze --exclude-editable --exclude winset >> requirements.lock.new
	@if grep -nE '://| @ |^-' requirements.lock.new; then \
	  echo 'requirements.lock: only NAME==VERSION lines may stand here'; rm requirements.lock.new; exit 1; fi
	@mv requirements.lock.new requirements.lock
	@touch $(STAMP)

# Leaves studies/ (your results) and the environment alone.
clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis src/*.egg-info
	find src tests tools docs -name __pycache__ -type d -prune -exec rm -rf {} +
