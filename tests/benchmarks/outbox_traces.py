"""What the killed workers left behind in the folder of the outbox's fault injection."""

from collections import Counter
from pathlib import Path


def killed_at(folder: Path) -> dict[str, int]:
	"""Where the fuses ended, and how often."""
	log = folder / "killed.log"
	return dict(Counter(log.read_text().splitlines())) if log.exists() else {}


def once_taken(folder: Path, what: str) -> int:
	"""How many died right after the mail server took a mail, or a provider a text or a letter."""
	return killed_at(folder).get(f"after {what} taken", 0)


def errors(folder: Path) -> dict[str, int]:
	"""What the workers complained of, by its last line's beginning."""
	found = Counter()
	for log in folder.glob("*er.log"):
		for line in log.read_text().splitlines():
			kind, separator, _rest = line.partition(": ")
			if (
				separator
				and kind.replace(".", "").replace("_", "").isalnum()
				and kind.endswith(("Error", "Exception"))
			):
				found[kind] += 1
	return dict(found)
