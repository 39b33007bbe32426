# Every command sets up what it needs. `make` alone lists them.
export SERVICE SERVICES FLEET LEVEL CASE DATABASE RUNTIME URL PORT VERBOSE SLOWEST BUG EXAMPLES SEED AGAINST PROFILE LOCUST_WORKERS FILE OUT
.DEFAULT_GOAL := help

PYTHON ?= python3
PY := .venv/bin/python
# One whose Python was upgraded or removed is made anew.
$(shell [ -x $(PY) ] || rm -f .venv/ready)
# Bytecode is kept even where the machine says otherwise: it saves seconds of each start.
# `exec`, so that a signal that make passes on reaches the program and not a shell before it.
ROSETTA := exec env PYTHONDONTWRITEBYTECODE= PYTHONPATH=conformance $(PY) -m rosetta

.PHONY: help
help: ## List the commands
	@echo 'Rosetta Shop: one shop, many frameworks, one suite. SERVICE is a folder under services/.'
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

.PHONY: test
test: .venv/ready ## Test: SERVICE=gin|all, URL=http://… or FLEET=1 [SERVICES="gin django"] [LEVEL=n] [CASE=ID] [RUNTIME=auto|local|docker] [DATABASE=auto|embedded|testcontainers|postgresql://…] [SLOWEST=10] [VERBOSE=1]
	@$(ROSETTA) test

.PHONY: run
run: .venv/ready ## Run the shop on localhost with seeded data: SERVICE=gin [PORT=8080]
	@$(ROSETTA) run

.PHONY: fleet
fleet: .venv/ready ## Run one shop by several services behind a balancer: [SERVICES="gin django"] [PORT=8080]
	@$(ROSETTA) fleet

.PHONY: cases
cases: .venv/ready ## List the cases of the suite
	@$(ROSETTA) cases

.PHONY: coverage
coverage: .venv/ready ## Tell which documented statuses no case of the last run reached, and which cases need a higher level: SERVICE=gin
	@$(ROSETTA) coverage

.PHONY: prove
prove: .venv/ready ## Prove the suite: every bug is caught, and what is free is accepted: [SERVICE=gin] [BUG=name]
	@$(ROSETTA) prove

.PHONY: fuzz
fuzz: .venv/ready ## Send generated requests and tell what is wrong with the answers: SERVICE=gin or URL=http://… [EXAMPLES=50] [SEED=1]
	@$(ROSETTA) fuzz

.PHONY: load
load: .venv/ready ## Measure under load: SERVICE=gin [AGAINST=fastapi] [PROFILE=smoke|quick|full] [SEED=1] [LOCUST_WORKERS="host host"]
	@$(ROSETTA) load

.PHONY: load-page
load-page: .venv/ready ## Write the page of a measurement anew: FILE=conformance/load/figures/services.json
	@$(ROSETTA) load-page

.PHONY: load-selftest
load-selftest: .venv/ready ## Prove the load suite: a freeze is seen, a difference is found, no difference is a tie
	@$(ROSETTA) load-selftest

.PHONY: load-worker
load-worker: .venv/ready ## Send a part of another machine's load from here: MASTER=address [MASTER_PORT=5557]
	@PYTHONPATH=conformance $(PY) -m locust --worker --master-host $(or $(MASTER),127.0.0.1) --master-port $(or $(MASTER_PORT),5557) -f conformance/load/journeys.py

.PHONY: builds
builds: .venv/ready ## Measure what a build costs, clean and again, and an image: SERVICE=gin, or all; kept in conformance/load/builds.json
	@$(ROSETTA) builds

.PHONY: study
study: .venv/ready ## Build the study pages and show them on localhost: [PORT=8080], or only write them: OUT=folder
	@$(ROSETTA) study

# The browser's packages are the pages' own, so that nobody needs Node who only reads.
STUDY_BROWSER := cd conformance/study/browser && npm ci --silent && STUDY='$(abspath $(or $(OUT),$(or $(ROSETTA_REPORTS),reports)/study))' npm run --silent
.PHONY: study-test study-picture
study-test: ## Try the study pages that were built in a real browser; needs Node and chromium: [OUT=folder]
	@$(STUDY_BROWSER) test
study-picture: ## Take the README's picture of the study pages anew: [OUT=folder]
	@$(STUDY_BROWSER) picture

.PHONY: live-test
live-test: .venv/ready ## Try the live pages of Phoenix in a real browser, while Gin sells; needs both toolchains, Node and chromium: [OUT=folder for pictures]
	@$(ROSETTA) live-test

.PHONY: doctor
doctor: .venv/ready ## Tell what is installed, what is missing, and how to get it
	@$(ROSETTA) doctor

.PHONY: check
check: .venv/ready check-format check-types check-generated check-tests check-manifests check-services ## Check the project itself: format, lint, types, contract, harness, services' own tests [SERVICE=gin: of services this alone]

.PHONY: check-format check-types check-generated check-tests check-manifests check-services
check-format: .venv/ready
	cd conformance && ../.venv/bin/ruff format --check -q . && ../.venv/bin/ruff check -q .
check-types: .venv/ready
	cd conformance && ../.venv/bin/mypy && ../.venv/bin/lint-imports --no-logo
check-generated: .venv/ready
	$(PY) conformance/vectors/generate.py --check
	$(ROSETTA) report-schema --check
check-tests: .venv/ready
	cd conformance && ../.venv/bin/python -m pytest -q
check-manifests: # deploy/kubernetes
	@if command -v go >/dev/null && command -v npm >/dev/null; then cd deploy/kubernetes/check && npm ci --silent && npm test --silent; \
	else echo 'deploy/kubernetes: NOT RUN: it needs Go and Node.js; make doctor says how to get them'; fi
check-services: .venv/ready
	@$(ROSETTA) check

.PHONY: generate
generate: .venv/ready ## Write all generated files: the vectors, the report's schema
	$(PY) conformance/vectors/generate.py
	$(ROSETTA) report-schema

.PHONY: lock
lock: .venv/ready ## Resolve conformance/requirements.in into requirements.txt, with hashes
	cd conformance && UV_CUSTOM_COMPILE_COMMAND='make lock' ../.venv/bin/uv pip compile -q --generate-hashes --universal \
		--python-version 3.11 --no-annotate --no-emit-index-url requirements.in -o requirements.txt

.PHONY: clean
clean: ## Remove what the commands made: .venv, reports, builds
	rm -rf .venv reports services/*/bin services/*/.venv services/*/target services/*/build services/*/node_modules services/*/vendor services/dotnet/*/*/bin services/dotnet/*/*/obj services/phoenix/_build services/phoenix/deps
	rm -rf conformance/study/browser/node_modules conformance/.*_cache conformance/.hypothesis services/*/.*_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

.venv/ready: conformance/requirements.txt
	@$(PYTHON) conformance/set_up.py
