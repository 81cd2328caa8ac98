# Whatever comes first sets up .venv by itself, `make run` only what running needs; nothing is installed outside this
# folder.

BIN := .venv/bin
RUNS := .venv/.runs
READY := .venv/.ready
ARGS ?=

.PHONY: run replay test check bench soak format lock clean

run: $(RUNS)
	@$(BIN)/locum run $(ARGS)

replay: $(RUNS)
	@mkdir -p out
	@$(BIN)/locum replay samples/harbour.jsonl --policies policies --community harbour --html out/replay.html

# make has a status of its own for whatever fails: pytest's is left where .ci/run finds it
test: $(READY)
	@mkdir -p out; $(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS); \
	status=$$?; echo $$status > out/tests.status; exit $$status

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
	@$(BIN)/python -m tests.crash.wire --kills 1000 $(ARGS)
	@$(BIN)/python -m tests.crash.wire --platform slack --kills 300 $(ARGS)

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

$(RUNS): pyproject.toml requirements.lock
	@for python in python3.14 python3.13 python3.12 python3.11 python3 none; do \
	  $$python -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && break; \
	done; \
	if [ $$python = none ]; then \
	  echo 'Locum needs Python 3.11 to 3.14 with its venv module (on Debian and Ubuntu: python3-venv).' >&2; exit 1; \
	fi; \
	echo "Setting up .venv with $$($$python --version), once: half a minute, or a whole one."; \
	$$python -m venv --clear .venv && \
	echo 'Installing what Locum is built on, every file checked against requirements.lock.' && \
	$(INSTALL) -r requirements.lock && \
	echo '$(CURDIR)' > $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/locum.pth && \
	printf '#!/bin/sh\nexec "%s/$(BIN)/python" -P -m bot.cli "$$@"\n' '$(CURDIR)' > $(BIN)/locum && \
	chmod 755 $(BIN)/locum && \
	touch $(RUNS)

$(READY): $(RUNS) requirements-dev.lock
	@echo 'Adding to .venv what tests and checks need, once: half a minute, or a whole one.'
	@$(INSTALL) -r requirements.lock -r requirements-dev.lock
	@touch $(READY)

INSTALL := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/pip install --quiet --require-hashes
