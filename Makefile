# Every command of this project. Settings come from the environment or from the command line:
#   make serve PORT=8010 DATA_DIR=/srv/archive
.DEFAULT_GOAL := help
.PHONY: help serve dev test check bench bench-diff shots lock clean installed installed-dev

PYTHON_IN_VENV := .venv/bin/python
MANAGE := $(PYTHON_IN_VENV) manage.py
# `make serve PYTHON=…` chooses the interpreter for the virtual environment.
export PYTHON

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

serve: installed  ## Run the site: set up what is missing, then web server and worker (HOST, PORT, SITE_URL, DATA_DIR, WORKERS)
	@exec $(MANAGE) serve

dev: export DEBUG := 1
dev: export TASKS_BACKEND := django.tasks.backends.immediate.ImmediateBackend
dev: installed-dev  ## Run the site for working on it: autoreload, debug pages, tasks run at once
	@$(MANAGE) prepare && exec $(MANAGE) runserver "$${HOST:-127.0.0.1}:$${PORT:-8000}"

test: installed-dev  ## Run every test (REQUIRE_BROWSER=1: fail where there is no Chromium; ARGS=… for pytest)
	$(PYTHON_IN_VENV) -m pytest -n 2 --dist worksteal $(ARGS)

check: installed-dev  ## Lint, format, migrations, deployment settings, dependencies, house rules
	$(PYTHON_IN_VENV) -m ruff check .
	$(PYTHON_IN_VENV) -m ruff format --check .
	$(MANAGE) makemigrations --check --dry-run
	SITE_URL=https://example.org DEBUG=off $(MANAGE) check --deploy --fail-level WARNING
	$(PYTHON_IN_VENV) -m deptry .
	$(PYTHON_IN_VENV) -m pytest -q tests/architecture/test_layers.py tests/architecture/test_code_rules.py tests/architecture/test_templates.py

bench: installed-dev  ## What pages of theories cost with few and with many (THEORIES=100000, DATABASE_URL; ARGS=--as-is: of the data there is)
	$(PYTHON_IN_VENV) -m tests.bench.bench_theories $(THEORIES) $(ARGS)

bench-diff: installed-dev  ## How long comparing two texts takes
	$(PYTHON_IN_VENV) -m tests.bench.bench_diff

shots: installed-dev  ## Take a picture of every screen into shots/ (ARGS=… to name only some)
	$(PYTHON_IN_VENV) -m tests.browser.shots $(ARGS)

lock: installed-dev  ## Compile the requirements files from pyproject.toml (needs uv; ARGS=--upgrade for newer versions)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url $(ARGS) pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url $(ARGS) --extra dev pyproject.toml -o requirements-dev.txt

clean:  ## Remove what make has made, except the data in DATA_DIR
	rm -rf .venv shots htmlcov .coverage .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

installed:
	@.ci/bootstrap requirements.txt

installed-dev:
	@.ci/bootstrap requirements-dev.txt
