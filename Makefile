PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed
TESTS := .venv/.installed-tests

.DEFAULT_GOAL := help
.PHONY: help up down status logs reset doctor test check bench lock openapi

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

up: $(INSTALLED) ## start everything that isn't running, and say how to use it
	@$(BIN)/mealprep up

down: $(INSTALLED) ## stop everything; data stays
	@$(BIN)/mealprep down

status: $(INSTALLED) ## what runs, and how much memory it holds
	@$(BIN)/mealprep status

logs: $(INSTALLED) ## the last lines that the services wrote
	@$(BIN)/mealprep logs

reset: $(INSTALLED) ## stop everything and delete its data, after asking
	@$(BIN)/mealprep reset

doctor: $(INSTALLED) ## look for what could be in the way
	@$(BIN)/mealprep doctor

test: $(TESTS) ## every test, those that need a cluster included
	@$(BIN)/pytest --numprocesses 2 --dist worksteal --ignore tests/cluster
	@$(BIN)/pytest tests/cluster

check: $(TESTS) ## formatting, lint, types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

bench: $(TESTS) ## the benchmarks, each beside its peer
	@$(BIN)/python -m benchmarks.ingress
	@$(BIN)/python -m benchmarks.nutrition
	@$(BIN)/python -m benchmarks.recommendations
	@$(BIN)/python -m benchmarks.chaos
	@$(BIN)/python -m benchmarks.chaos_jobs
	@$(BIN)/python -m benchmarks.jobs
	@$(BIN)/python -m benchmarks.ai
	@$(BIN)/python -m benchmarks.cards
	@$(BIN)/python -m benchmarks.reports

openapi: $(TESTS) ## write docs/openapi.json anew after a route has changed
	@$(BIN)/python -m deployments.openapi

lock: $(TESTS) ## write requirements.lock anew from what is installed
	@$(BIN)/python -m cli.lock

$(INSTALLED): pyproject.toml requirements.lock
	@$(PYTHON) cli/install.py
	@touch $@

$(TESTS): pyproject.toml requirements.lock
	@$(PYTHON) cli/install.py --tests
	@touch $@ $(INSTALLED)
