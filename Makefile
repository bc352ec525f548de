# The course's commands. `make` alone explains them. Each does its own set-up, once, in .venv.

# Which Pythons fit is written in pyproject.toml alone: 3.OLDEST to 3.NEWEST.
OLDEST := $(shell sed -n 's/^requires-python = ">=3\.\([0-9]*\),.*/\1/p' pyproject.toml)
NEWEST := $(shell sed -n 's/^requires-python = .*<3\.\([0-9]*\)".*/\1/p' pyproject.toml | awk '{ print $$1 - 1 }')
CANDIDATES = python3 $(shell awk 'BEGIN { for (n = $(NEWEST); n >= $(OLDEST); n--) print "python3." n }') python
# Which Python makes .venv; without a choice, the first candidate that works.
PYTHON ?=
DATA ?= digits
ONLY ?=
GPU ?=
# Two kernels would share a card's memory.
WORKERS ?= $(if $(GPU),1,2)
SEEDS ?= 0-4

PY = .venv/bin/python
READY = .venv/ready$(if $(GPU),-gpu)
SELENIUM = build/selenium/ready
LESSONS = $(sort $(wildcard notebooks/$(ONLY)*.ipynb))
TESTS = $(if $(ONLY),$(LESSONS) tests/test_lessons.py -k $(firstword $(subst _, ,$(ONLY)))_,notebooks tests)

.PHONY: help lab test test-seeds test-browser run notebooks check reset zip
.DEFAULT_GOAL = help

help:
	@echo "make lab                        set up, and open JupyterLab on the first lesson"
	@echo "make lab GPU=1                  the same with TensorFlow for an NVIDIA GPU (Linux, WSL2)"
	@echo "make test                       all tests, offline, on the stand-in digits"
	@echo "make test DATA=mnist ONLY=01    the same on MNIST; one lesson (either, or both)"
	@echo "make test GPU=1                 the same with an NVIDIA GPU, and what it must show; fails without one"
	@echo "make test-seeds SEEDS=0-4 ONLY=03   a lesson with other seeds, and how far its claims are from their bounds"
	@echo "make test-browser               the real JupyterLab in headless Chromium; pictures in build/browser/"
	@echo "make run                        execute the course, write it as web pages to build/html/"
	@echo "make notebooks ONLY=01          re-execute one lesson, or all, on MNIST and store the outputs"
	@echo "make check                      lint, format and the rules on stored notebooks"
	@echo "make reset                      lessons and caches as they were; yours are copied to build/ first"
	@echo "make zip                        the course as one archive, build/deep-learning-course.zip"
	@echo
	@echo "Python 3.$(OLDEST) to 3.$(NEWEST) is needed; choose one with PYTHON=/path/to/python3"

# With the address of the first lesson as default, the address printed for those without a browser leads there too.
lab: $(READY)
	$(PY) -m jupyter lab --ip=127.0.0.1 --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb \
	    $(if $(filter 0,$(shell id -u)),--allow-root)

test: $(READY)
	@$(if $(LESSONS),:,echo "no lesson begins with '$(ONLY)' in notebooks/" >&2; exit 1)
	$(if $(GPU),COURSE_DATA=$(DATA) $(PY) -m pytest -n $(WORKERS) tests/gpu.py)
	COURSE_DATA=$(DATA) $(PY) -m pytest -n $(WORKERS) $(TESTS)

test-seeds: $(READY)
	$(PY) -m tests.seeds $(SEEDS) --only "$(ONLY)" --workers $(WORKERS)

test-browser: $(READY) $(SELENIUM)
	COURSE_DATA=$(DATA) $(PY) -m pytest tests/browser

run: $(READY)
	$(PY) -m utils.notebooks html $(ONLY)

notebooks: $(READY)
	$(PY) -m utils.notebooks store $(ONLY)

check: $(READY)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m utils.notebooks verify

reset: $(READY)
	$(PY) -m utils.notebooks reset

zip: $(READY)
	$(PY) -m utils.notebooks zip

# Installed anew when requirements.txt changes, or when .venv lost its Python.
$(READY): requirements.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check --upgrade pip
	sed 's/^tensorflow\([<>=]\)/tensorflow$(if $(GPU),[and-cuda])\1/' requirements.txt > .venv/requirements.txt
	$(PY) -m pip install --disable-pip-version-check -r .venv/requirements.txt
	@mkdir -p .venv/share/jupyter/lab/settings
	@echo '$(NO_NEWS)' > .venv/share/jupyter/lab/settings/overrides.json
	@mkdir -p .venv/share/jupyter/labextensions && cp -R utils/jupyterlab/. .venv/share/jupyter/labextensions/
	@touch $@

# What drives the browser is for this one test: beside the course's packages, not among them.
$(SELENIUM): tests/browser/requirements.txt | $(READY)
	$(PY) -m pip install --quiet --disable-pip-version-check --upgrade --target build/selenium -r $<
	@touch $@

# JupyterLab would otherwise ask every student whether to fetch news, and look for updates.
NO_NEWS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}

FITS = import sys; sys.exit(not ((3, $(OLDEST)) <= sys.version_info[:2] <= (3, $(NEWEST)) and sys.maxsize > 2**32))

$(PY):
	@for python in $(or $(PYTHON),$(CANDIDATES)); do \
	    "$$python" -c '$(FITS)' 2>/dev/null || continue; \
	    fitting=$$python; \
	    "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	    echo "making .venv with $$python ($$("$$python" -c 'import platform; print(platform.python_version())'))"; \
	    "$$python" -m venv --clear .venv && exit 0; \
	    rm -rf .venv; exit 1; \
	done; \
	if [ -n "$$fitting" ]; then \
	    echo "$$fitting cannot make a virtual environment. On Debian and Ubuntu: sudo apt install python3-venv" >&2; \
	else \
	    echo "No Python 3.$(OLDEST) to 3.$(NEWEST) (64 bit) works here; tried: $(or $(PYTHON),$(CANDIDATES))." >&2; \
	    echo "Install one from https://www.python.org/downloads/, or name it: make lab PYTHON=/path/to/python3" >&2; \
	fi; exit 1
