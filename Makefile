# Two commands do all the set-up on a fresh machine with Python and make: `make lab` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
OF_TESTS := -e '.[lab,maxmind,pdf,platform,test,dev]'

# Hundreds of processes of the tests load what was compiled before, and not each the sources anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: lab test ready compiled environments audit advisories pythons soak lint ruff mypy chromium bubblewrap screens bench census api-coverage clean

lab: $(VENV)/lab.done  ## JupyterLab on the tour
	$(BIN)/phantom-lab lab

test:  ## everything: linters, units, the notebook, the browser
	@$(MAKE) --no-print-directory -j4 ready
	$(BIN)/python -m pytest -n logical --api-calls=.api-calls.json
	$(BIN)/python -m tests.api_coverage --check .api-calls.json
	$(BIN)/python -m tests.pythons

# What waits for the network, or has one process only, goes side by side.
ready: $(VENV)/test.done chromium bubblewrap lint environments audit compiled

# Else each of the processes that test compiles all of it, at the same time as the others.
compiled: $(VENV)/test.done
	-$(BIN)/python -m pytest --collect-only --quiet >$(VENV)/collected

environments: $(VENV)/test.done
	$(BIN)/python -m tests.pythons --environments

audit: $(VENV)/test.done  ## known advisories for what is installed
	$(BIN)/python -m tests.dependencies --audit

advisories: $(VENV)/test.done  ## the copy that is asked without a network: make advisories DATABASE=FOLDER
	$(BIN)/python -m tests.dependencies --advisories $(DATABASE)

pythons: $(VENV)/test.done chromium  ## the whole suite on every other Python that is at hand
	$(BIN)/python -m tests.pythons --all

soak: $(VENV)/test.done  ## what takes longer than a test may
	PHANTOM_LAB_KILLS=1000 $(BIN)/python -m pytest tests/lab/test_kill.py
	PHANTOM_LAB_FORGED=3000 $(BIN)/python -m pytest tests/lab/test_hostile_journals.py
	PHANTOM_LAB_EXAMPLES=10000 $(BIN)/python -m pytest tests/datapath/test_properties.py
	PHANTOM_LAB_HOSTILE=200 $(BIN)/python -m pytest -n logical tests/hostile_files
	$(BIN)/python -m tests.api_coverage --prove
	$(BIN)/python -m pytest -n logical -p tests.replaying tests/check tests/corpus tests/datapath tests/exchange tests/trials tests/fidelity tests/lab tests/rest

lint: ruff mypy

ruff: $(VENV)/test.done
	$(BIN)/ruff check .

mypy: $(VENV)/test.done
	$(BIN)/mypy

screens: $(VENV)/test.done chromium  ## the pictures of docs/panel.md and the recording of the README
	$(PIP) pillow
	$(BIN)/python -m tests.notebook.screens

bench: $(VENV)/test.done chromium  ## ratios against what one would use instead, in one run
	$(PIP) -e '.[bench]'
	$(BIN)/python -m bench
	$(BIN)/python -m bench.datapaths
	$(BIN)/python -m bench.platform
	$(BIN)/python -m bench.outcomes
	$(BIN)/python -m bench.panel

census: $(VENV)/test.done  ## docs/census.md, from folders of public playbooks: make census CORPUS="FOLDER FOLDER"
	$(BIN)/python -m tests.corpus.census $(CORPUS)

api-coverage: $(VENV)/test.done  ## API_COVERAGE.md: what is emulated, and what that rests on
	$(BIN)/python -m tests.api_coverage

# A Python that is asked for by name is the one that is used, or nothing is.
ifneq ($(origin PYTHON),file)
$(VENV)/lab.done $(VENV)/test.done: | asked
.PHONY: asked
asked: | $(VENV)/bin/python
	@asked=$$($(PYTHON) -V) && has=$$($(BIN)/python -V) && { [ "$$asked" = "$$has" ] || \
	  { echo "$(VENV) is of $$has, and PYTHON is $$asked: make clean, then again" >&2; exit 1; }; }
endif

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "phantom_lab needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# What is there may take twice as long as what is new; where the new one cannot be had, what is there will do.
$(VENV)/lab.done: pyproject.toml | $(VENV)/bin/python
	-$(PIP) --upgrade pip
	$(PIP) -e '.[fuzz,lab,maxmind,platform]'
	@touch $@

$(VENV)/test.done: pyproject.toml | $(VENV)/bin/python
	-$(PIP) uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python $(OF_TESTS) || $(PIP) --no-compile $(OF_TESTS)
	@touch $@ $(VENV)/lab.done

# The browser test drives a Chromium of the system; none is ever downloaded.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  echo "The browser test needs Chromium: installing Debian's package."; \
	  SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$SUDO apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $$SUDO apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core libpangoft2-1.0-0 >/dev/null; }

# Playbooks of strangers run behind walls that bubblewrap puts up. Two packages cannot be installed at the same time.
bubblewrap: | chromium
	@command -v bwrap >/dev/null || { \
	  echo "The tests of --isolated need bubblewrap: installing Debian's package."; \
	  SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$SUDO apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $$SUDO apt-get install -y -qq --no-install-recommends bubblewrap >/dev/null; }

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
