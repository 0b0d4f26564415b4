"""Stages that are built once and again only when what they are made of changes. Standard library only."""

import fcntl
import hashlib
import os
import sys
import time
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

from sandbox.paths import HOME, STAMPS

IGNORED_FOLDERS = {"__pycache__", "node_modules", ".git", "dist"}


def digest(*parts: object) -> str:
	"""One short hash of the parts: a path counts by its content, a folder by all below it, the rest by its text."""
	total = hashlib.sha256()
	for part in parts:
		if isinstance(part, Path):
			for file in files_below(part):
				total.update(str(file.relative_to(part.parent)).encode() + b"\0")
				total.update(file.read_bytes())
		else:
			total.update(str(part).encode() + b"\0")
	return total.hexdigest()[:20]


def files_below(path: Path, skip: Iterable[str] = ()) -> list[Path]:
	"""All files below a folder in a stable order, or the file itself; without caches and folders in `skip`."""
	if path.is_file():
		return [path]
	skipped = IGNORED_FOLDERS.union(skip)
	found = []
	for folder, names, files in os.walk(path):
		names[:] = [name for name in names if name not in skipped]
		found.extend(Path(folder, name) for name in files if not name.endswith(".pyc"))
	return sorted(found)


def is_current(stage: str, value: str) -> bool:
	"""Whether the stage was last built from inputs with this digest."""
	stamp = STAMPS / stage
	return stamp.exists() and stamp.read_text() == value


def mark(stage: str, value: str) -> None:
	"""Note that the stage is now built from inputs with this digest."""
	STAMPS.mkdir(parents=True, exist_ok=True)
	(STAMPS / stage).write_text(value)


def forget(stage: str) -> None:
	"""Have the stage built again the next time."""
	(STAMPS / stage).unlink(missing_ok=True)


@contextmanager
def building(stage: str, value: str, label: str):
	"""Build a stage in this block: says what takes the time, and stamps it when the block ends well."""
	forget(stage)
	started = time.monotonic()
	print(f"sandbox: {label} ...", file=sys.stderr, flush=True)
	yield
	mark(stage, value)
	print(f"sandbox: {label} done in {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)


@contextmanager
def only_one(name: str = "setup"):
	"""Let only one process build at a time; others wait for it."""
	HOME.mkdir(parents=True, exist_ok=True)
	with open(HOME / f"{name}.lock", "w") as lock:
		fcntl.flock(lock, fcntl.LOCK_EX)
		yield
