# The first `make run`, `make test` or `make check` sets up .venv by itself; nothing is installed outside this folder.

BIN := .venv/bin
READY := .venv/.ready
ARGS ?=

.PHONY: run test check bench soak format lock clean

run: $(READY)
	@mkdir -p out
	@$(BIN)/locum replay samples/harbour.jsonl --policies policies --community harbour --html out/replay.html

test: $(READY)
	@$(BIN)/python -m pytest $(ARGS)

check: $(READY)
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/python -m scripts.generate --check
	@$(BIN)/locum check --strict

bench: $(READY)
	@$(BIN)/python -m benchmarks $(ARGS)

# hours: ten thousand kills on each database
soak: $(READY)
	@$(BIN)/python -m tests.crash sqlite --every 1 --random 10000 $(ARGS)
	@$(BIN)/python -m tests.crash postgresql --every 1 --random 10000 $(ARGS)

format: $(READY)
	@$(BIN)/ruff check --quiet --fix-only
	@$(BIN)/ruff format --quiet

# needs uv; the only thing here that does
lock:
	@uv pip compile pyproject.toml $(LOCKING) --output-file requirements.lock
	@uv pip compile --group dev --constraints requirements.lock $(LOCKING) --output-file requirements-dev.lock

LOCKING := --universal --generate-hashes --python-version 3.11 --no-annotate --no-header --quiet

clean:
	@rm -rf .venv out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): pyproject.toml requirements.lock requirements-dev.lock
	@for python in python3.14 python3.13 python3.12 python3.11 python3 none; do \
	  $$python -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && break; \
	done; \
	if [ $$python = none ]; then \
	  echo 'Locum needs Python 3.11 to 3.14 with its venv module (on Debian and Ubuntu: python3-venv).' >&2; exit 1; \
	fi; \
	echo "Setting up .venv with $$($$python --version), once: about a minute."; \
	$$python -m venv --clear .venv && \
	PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/pip install --quiet --require-hashes -r requirements.lock -r requirements-dev.lock && \
	PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/pip install --quiet --no-deps --no-build-isolation --editable . && \
	touch $(READY)
