# Each target calls the same program, which also runs without make: python3 -m config.launch run
PYTHON ?= python3
.PHONY: run setup test check screenshots lock

run:
	@$(PYTHON) -m config.launch run

setup:
	@$(PYTHON) -m config.launch setup

test:
	@$(PYTHON) -m config.launch test $(ARGS)

check:
	@$(PYTHON) -m config.launch test tests/architecture $(ARGS)

screenshots:
	@$(PYTHON) -m config.launch screenshots $(ARGS)

lock:
	@$(PYTHON) -m config.launch lock
