# Storewise. Two commands take a machine with git, make and python3 (3.11 or newer) to their goal:
#   make run    the portal with its demo at http://127.0.0.1:8000
#   make test   every test, on SQLite and on PostgreSQL where one answers
PYTHON ?= python3
IN = .venv/bin
ARGS ?=

# Compiled Python is kept, whatever the machine's habit: without it each process takes twice as long to start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run setup setup-dev test check static-checks pictures bench format translations lock clean help

help: ## What can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

run: setup ## Set up, migrate, load the demo where the database is empty, start web and worker
	@$(IN)/flask --app wsgi start $(ARGS)

setup: ## Environment in .venv, front-end files, fonts, translations
	@$(PYTHON) -m tools.setup

setup-dev:
	@$(PYTHON) -m tools.setup --dev

test: setup-dev ## Every test; ARGS="tests/portal -k walls" for some
	@$(IN)/python -m tools.tests $(ARGS)

check: setup-dev ## Everything that must hold before a change lands, the tests last
	@failed=0; $(MAKE) --no-print-directory static-checks || failed=1; \
	$(MAKE) --no-print-directory test || failed=1; exit $$failed

static-checks: setup-dev ## The checks that need no test: style, types, layers, translations, migrations
	@$(IN)/python -m tools.check

pictures: setup-dev ## The pictures of the documents, taken anew while the browser tests tell the story
	@mkdir -p docs/pictures && PICTURES_DIR=docs/pictures $(IN)/python -m pytest -q tests/browser/test_story.py -k first_help

bench: setup-dev ## How much a page costs beside a bare one
	@$(IN)/python -m bench $(ARGS)

format: setup-dev ## Put the code into its shape
	@$(IN)/ruff check --fix --quiet --exit-zero .
	@$(IN)/ruff format .

translations: setup-dev ## Bring the catalogues in step with the texts of the tree
	@$(IN)/python -m tools.translations update $(ARGS)

lock: setup ## Renew the lock files; ARGS="--upgrade" takes the newest versions
	@$(IN)/python -m tools.lock $(ARGS)

clean: ## Remove what set-up made; the data in var/ stays
	rm -rf .venv node_modules build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
