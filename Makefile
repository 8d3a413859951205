# Two commands do everything on a fresh Debian machine: make demo, make test.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
DATA   ?= ../shared/data
JOBS   ?= $(shell nproc)

.PHONY: messages setup setup-dev setup-train demo pictures test test-needs test-train lint bench soak train clean

# The stamp holds the project file's hash, so that setup does nothing when nothing changed.
$(VENV)/.run: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

setup: $(VENV)/.run
setup-dev: $(VENV)/.dev

demo: setup
	$(BIN)/papi demo demo

# The README's pictures of the keying room, from the demo.
pictures: setup-dev demo
	$(BIN)/python -m tests.pictures demo

# Chromium and PostgreSQL by apt, if they are missing.
test-needs:
	tests/needs.sh

test: setup-dev test-needs
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile tests/unit tests/flow tests/web tests/soak

lint: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: setup-dev
	$(BIN)/python -m tests.bench --data $(DATA) --write docs/benchmarks.md

soak: setup-dev test-needs
	$(BIN)/python -m pytest -n $(JOBS) tests/soak --soak-seconds 1800 --soak-files 10000 \
		--soak-kills 100 --ignore tests/soak/test_soak_clerks.py
	$(BIN)/python -m pytest -s tests/soak/test_soak_clerks.py --soak-seconds 600 --soak-kills 20

# Brings the web application's catalogues in step with its sources; fails while words are missing.
messages: setup-dev
	$(BIN)/python -m tests.catalogues

# torch and onnx are asked for by training alone: their tests have a target of their own.
setup-train: setup-dev
	$(BIN)/python -m pip install --quiet --editable '.[train]'

test-train: setup-train
	$(BIN)/python -m pytest tests/training

train: test-train
	$(BIN)/papi train --data $(DATA) --out papi/reading/models

clean:
	rm -rf $(VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache
