# Everything runs through the sandbox's own command; it builds what is missing in .sandbox/ and nothing outside it.
# On a bench: make demo BENCH=/path/to/bench SITE=site.name

SANDBOX = python3 -m sandbox
BENCH_OPTIONS = $(if $(BENCH),--bench $(BENCH)) $(if $(SITE),--site $(SITE))
# unit and integration tests run beside each other in a process of their own: the latter need a site
UNIT = tests/unit
SITE_TESTS = -p sandbox.testing collections_app/tests tests/sandbox

.PHONY: help demo test test-unit test-site test-e2e test-bench desk stop status bench reset clean

help:
	@echo "make demo        load the sample company, run the collections cycle, say what it did"
	@echo "make test        unit, integration and browser tests"
	@echo "make desk        serve the desk on 127.0.0.1; make stop ends it"
	@echo "make bench       benchmarks (ONLY=name for one)"
	@echo "make test-bench  the integration tests on a bench (BENCH=folder SITE=name)"
	@echo "make reset       the desk's site as new;  make clean  removes .sandbox"

demo:
	@$(SANDBOX) demo $(BENCH_OPTIONS)

test:
	@$(SANDBOX) suite

test-unit:
	@$(SANDBOX) test $(UNIT)

test-site:
	@$(SANDBOX) test $(SITE_TESTS)

test-e2e:
	@$(SANDBOX) test tests/e2e

test-bench:
	@test -n "$(BENCH)" -a -n "$(SITE)" || { echo "make test-bench BENCH=folder SITE=name"; exit 2; }
	cd $(BENCH) && bench --site $(SITE) run-tests --app collections_app

desk:
	@$(SANDBOX) desk

stop status reset clean:
	@$(SANDBOX) $@

bench:
	@$(SANDBOX) bench $(if $(ONLY),--only $(ONLY)) $(BENCH_OPTIONS)
