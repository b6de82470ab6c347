# Everything a newcomer needs: `make demo`. `make test` sets up all that the tests need.
SHELL := /bin/bash
VENV := .venv
PYTHON := $(VENV)/bin/python
YINQIAO := $(VENV)/bin/yinqiao
PIP := $(PYTHON) -m pip --disable-pip-version-check
STAMP := $(VENV)/.installed
PINS := requirements/app.txt requirements/build.txt requirements/dev.txt

.PHONY: demo test lint format bench fire setup clean browser audit postgresql
.DEFAULT_GOAL := demo

demo: $(STAMP)
	@exec $(YINQIAO) demo

setup: $(STAMP)
	@$(YINQIAO) setup

# Three runs: Playwright's synchronous API keeps an event loop of its own running in its process, and
# the processes that are killed should not have to share the machine with the browser's.
test: setup browser postgresql
	$(PYTHON) -m pytest --ignore=tests/acceptance --ignore=tests/faults
	$(PYTHON) -m pytest tests/acceptance
	$(PYTHON) -m pytest tests/faults

lint: $(STAMP)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(VENV)/bin/lint-imports

format: $(STAMP)
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

bench: setup
	$(PYTHON) -m bench

# Needs the published advisories (OSV); see docs/security.md. `make audit PINS_TO_AUDIT=…` for others.
audit:
	@scripts/audit-dependencies $(PINS_TO_AUDIT)

# The promises at full size: docs/faults.md. Ends by itself.
fire: setup
	$(PYTHON) -m tests.faults.store_fire
	$(PYTHON) -m tests.faults.fire

browser:
	@scripts/install-browser

postgresql:
	@scripts/install-postgresql

# The pins are complete: nothing is resolved, so what is installed is what was tested.
$(STAMP): $(PINS) pyproject.toml
	@python=$$(scripts/find-python) || exit 1; \
	echo "app environment: $$python -> $(VENV)"; \
	test -x $(PYTHON) || "$$python" -m venv $(VENV)
	$(PIP) install --no-deps $(addprefix -r ,$(PINS))
	$(PIP) install --quiet --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	@touch $@

clean:
	rm -rf $(VENV) .venv-rasa .venv-stock .venv-audit var .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
