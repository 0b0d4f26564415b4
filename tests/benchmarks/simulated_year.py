"""The simulated year of the unit tests with 2,000 customers: what must hold, checked on every day."""

import resource
import time
from collections import Counter

CUSTOMERS = 2_000


def run() -> dict:
	"""days, runs, customers, items, messages, promises, violations (of each rule, if any), seconds, cpu_seconds, rss_mb."""
	from tests.unit.year.year import simulate

	started, worked = time.perf_counter(), time.process_time()
	year = simulate(CUSTOMERS)
	return {
		**{name: value for name, value in vars(year).items() if name != "violations"},
		"violations": len(year.violations),
		**({"broken": Counter(one.rule for one in year.violations)} if year.violations else {}),
		"seconds": round(time.perf_counter() - started, 1),
		"cpu_seconds": round(time.process_time() - worked, 1),
		"rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
	}
