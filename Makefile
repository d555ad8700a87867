# What there is to do with uconf. `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE := 1

# `python3` where it is new enough, else another that is.
pick = $(firstword $(foreach name,$(PYTHON) python3.13 python3.12 python3.11,$(if $(shell $(name) -c 'import sys; print(sys.version_info >= (3, 11) or "")' 2>/dev/null | grep True),$(name))))

.DEFAULT_GOAL := help
.PHONY: help run reset test test-full lint setup lock clean FORCE

help: ## Say what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: setup ## Serve the sample on this machine (PORT=8000), and print a sign-in link
	@DEBUG=1 exec $(BIN)/python manage.py serve --sample

reset: setup ## Delete the sample's data and bring the sample back as it was
	@DEBUG=1 exec $(BIN)/python manage.py reset

test: $(VENV)/.dev ## Run the whole suite, on SQLite and on PostgreSQL with Redis
	@$(BIN)/python tools/test.py

test-full: $(VENV)/.dev ## Run the whole suite and what takes long, too
	@$(BIN)/python tools/test.py --full

lint: $(VENV)/.dev ## Check style, floors, templates, migrations and untranslated texts
	@$(BIN)/python tools/lint.py

setup: $(VENV)/.runtime ## Make the environment only

lock: $(VENV)/.dev ## Write requirements*.txt anew from requirements*.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.txt requirements.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-dev.txt requirements-dev.in

clean: ## Delete the environment; the data in var/ stays
	rm -rf $(VENV)

# A stamp is written last: an environment that was left half made has none and is made again.
$(VENV)/.runtime: requirements.txt
	@sh tools/make_venv.sh "$(pick)" $(VENV) requirements.txt && touch $@

$(VENV)/.dev: requirements-dev.txt
	@sh tools/make_venv.sh "$(pick)" $(VENV) requirements-dev.txt && touch $@ $(VENV)/.runtime

# Its Python is gone (an upgrade, a move): make it again, whatever the stamps say.
ifeq ($(wildcard $(BIN)/python),)
$(VENV)/.runtime $(VENV)/.dev: FORCE
endif
