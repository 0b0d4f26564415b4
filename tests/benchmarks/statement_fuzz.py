"""A storm of broken statement files over all formats, CSV by its mapping among them: each gives all its transactions or one
clear error. Each process has a cap on its memory, each file a limit of time."""

import os
import time
from collections import Counter
from multiprocessing import get_context

from tests.unit.statements.fuzzing import cap_memory, storm

INPUTS = int(os.environ.get("FUZZ_INPUTS", 200_000))
BATCH = 1_000


def _batch(seed: int) -> Counter:
	return storm(BATCH, seed)


def run() -> dict:
	"""inputs, those that gave transactions, errors, hangs, half_imports, crashes, seconds."""
	started = time.perf_counter()
	found: Counter = Counter()
	with get_context("spawn").Pool(os.cpu_count(), initializer=cap_memory) as pool:
		for outcomes in pool.imap_unordered(_batch, range(INPUTS // BATCH)):
			found += outcomes
	return {
		"inputs": sum(found.values()),
		"transactions": found["transactions"],
		"errors": found["error"],
		"hangs": found["hang"],
		"half_imports": found["half_import"],
		"crashes": found["crash"],
		"seconds": round(time.perf_counter() - started),
	}
