# Heitje's commands. `make` alone lists them. Nothing here needs root.
#
# Works with GNU make 3.81 (macOS) and in a folder with spaces in its path: all paths are relative.

PYTHON ?=

# The same lines that an activated .venv has (see tools/install_python.sh).
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export SOLCX_BINARY_PATH := $(CURDIR)/.solc
export APE_DATA_FOLDER := $(CURDIR)/.ape

# Containers often say that Python keeps nothing compiled. Then each of the many processes of a test run compiles
# all packages anew: loading the service takes twice as long.
unexport PYTHONDONTWRITEBYTECODE

# A stamp is newer than the lock file once the step it stands for has run to its end.
PYTHON_READY := .venv/.ready
NPM_READY := node_modules/.ready
FOUNDRY_READY := .venv/.foundry-ready
SOLC_READY := .solc/.ready
PROVERS_READY := .provers/.ready
LIGHTHOUSE_READY := tools/lighthouse/node_modules/.ready

# Files side by side, each in one process, in the order of tests/conftest.py; more than four processes only fight for
# memory.
ON_ALL_CORES := --numprocesses auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder --durations 25

# What the acts cost is measured where it is compared: by pytest, in tests/setup/test_gas.py.
NOT_GAS := --no-match-path 'tests/forge/gas/*'

.DEFAULT_GOAL := help
.PHONY: help setup demo serve screens compile lint fmt test prove clean

help: ## List these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

setup: $(PYTHON_READY) $(NPM_READY) $(FOUNDRY_READY) $(SOLC_READY) ## Install everything into this folder
	@echo "Ready. By hand: source .venv/bin/activate"

demo: setup ## Replay the pilot in var/demo, with tables and closed books at its end
	@heitje demo

serve: setup ## The same, left running; an earlier demo in var/demo goes on
	@heitje demo --stay

screens: setup ## Take pictures of every page into var/screens, and the few of the README anew
	@tools/install_chromium.sh
	@python -m tools.take_screens

compile: setup ## Compile the contracts with forge and with ape
	@echo "==> Compiling with forge"
	forge build
	@echo "==> Compiling with ape"
	ape compile

lint: setup ## Check style, types and the direction of imports
	ruff check
	ruff format --check
	mypy heitje_chain tests tools $(wildcard scripts/*.py)
	lint-imports
	forge fmt --check

fmt: setup ## Put all code into its one format
	ruff check --fix
	ruff format
	forge fmt

test: lint ## Run all checks and tests
	@echo "==> Testing the contracts with forge"
	forge build
	forge test $(NOT_GAS)
	@echo "==> Counting what those tests run of the contracts (about 40 s)"
	python -m tools.check_coverage
	@tools/install_chromium.sh
	@echo "==> Testing with pytest: contracts on Anvil, pages in Chromium"
	pytest $(ON_ALL_CORES)
	@echo "==> Testing the contracts on ape's own chain"
	pytest tests/contracts --network ethereum:local:test

prove: setup $(PROVERS_READY) $(LIGHTHOUSE_READY) ## Read and prove the contracts, test them and the API long and hard, and the service on PostgreSQL
	@echo "==> Reading the contracts with slither"
	python tools/run_slither.py
	@echo "==> Proving the contracts' money properties with halmos (about 2 min)"
	python -m tools.run_halmos
	FOUNDRY_PROFILE=prove forge test $(NOT_GAS)
	@echo "==> Breaking the contracts, one small place at a time: the tests must notice each (about 2 min)"
	python -m tools.mutate_contracts
	@tools/install_chromium.sh
	@echo "==> Drawing 20,000 requests from the API's description, and 100,000 acts of the allowance; looking at"
	@echo "    every page in both languages, light and dark, by the keyboard and with Lighthouse (about 10 min)"
	pytest -m prove $(ON_ALL_CORES)
	@echo "==> Testing with pytest on PostgreSQL, two workers (about 19 min)"
	HEITJE_TEST_DATABASE=postgresql pytest $(ON_ALL_CORES)

clean: setup ## Remove what was compiled and cached, not what was installed
	rm -rf .build .forge contracts/.cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find heitje_chain scripts tests tools -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

$(PYTHON_READY): uv.lock pyproject.toml tools/install_python.sh tools/check_prerequisites.sh
	@python=$$(PYTHON='$(PYTHON)' tools/check_prerequisites.sh) || exit 1; \
	echo "==> Installing Python packages (about 1 min)"; \
	tools/install_python.sh "$$python"
	@touch $@

$(NPM_READY): package-lock.json package.json tools/install_npm.sh | $(PYTHON_READY)
	@echo "==> Installing npm packages: compiler, Foundry, OpenZeppelin (about 20 s)"
	@tools/install_npm.sh
	@touch $@

$(FOUNDRY_READY): $(PYTHON_READY) $(NPM_READY) tools/link_foundry.sh
	@tools/link_foundry.sh
	@touch $@

$(SOLC_READY): $(PYTHON_READY) $(NPM_READY) foundry.toml tools/install_solc.py
	@echo "==> Installing the Solidity compiler (at most 1 min)"
	@.venv/bin/python tools/install_solc.py
	@touch $@

$(PROVERS_READY): $(PYTHON_READY) tools/provers/uv.lock tools/provers/pyproject.toml tools/install_provers.sh
	@echo "==> Installing slither and halmos (about 20 s)"
	@tools/install_provers.sh
	@touch $@

$(LIGHTHOUSE_READY): tools/lighthouse/package-lock.json tools/lighthouse/package.json | $(PYTHON_READY)
	@echo "==> Installing Lighthouse (about 30 s)"
	@cd tools/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
