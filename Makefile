# Afterflow. `make run` starts it, `make test` proves it; both install what they need.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
export PORT HOST DATA_DIR

.PHONY: run test lint bench conformance assets requirements clean venv

run: venv
	@exec $(BIN)/python -m webapp.supervisor

test: venv
	@$(BIN)/python -m webapp.building.proof $(TESTS)

lint: venv
	@$(BIN)/python -m webapp.building.lint

bench: venv
	@$(BIN)/python -m benchmarks

# Any folder of models: which are accepted and run, which are refused, and why.
conformance: venv
	@AFTERFLOW_ENV=$${AFTERFLOW_ENV:-test} $(BIN)/python manage.py conformance "$(CORPUS)" --report docs/conformance.md

assets: venv
	@$(BIN)/python -m webapp.building.assets
	@$(BIN)/python -m webapp.building.messages

# After a change of requirements.in: exact versions and hashes, and no address of a registry.
requirements: venv
	@for list in requirements requirements-assets; do \
	  $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	    --output-file $$list.txt $$list.in || exit 1; done

# What can be made again. The data of `make run` is in var/ and goes too.
clean:
	rm -rf var webapp/static/dist webapp/frontend/node_modules .venv
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

venv:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Afterflow needs Python 3.11 or newer, and this is " + sys.version.split()[0] + ": name another one, make PYTHON=python3.11")'
	@$(PYTHON) -m webapp.building.venv
