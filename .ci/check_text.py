"""Text files end in one newline and hold no trailing spaces or conflict markers."""

import sys

MARKERS = ("<" * 7 + " ", ">" * 7 + " ")


def problems(path: str) -> list[str]:
	if path.endswith((".md", ".svg")):
		return []
	with open(path, encoding="utf-8", newline="") as file:
		text = file.read()
	found = []
	for number, line in enumerate(text.split("\n"), 1):
		if line.startswith(MARKERS):
			found.append(f"{path}:{number}: conflict marker")
		if line != line.rstrip(" \t\r") and not path.endswith(".html"):
			found.append(f"{path}:{number}: trailing space")
	if text and not text.endswith("\n"):
		found.append(f"{path}: no newline at the end")
	return found


if __name__ == "__main__":
	found = [problem for path in sys.argv[1:] for problem in problems(path)]
	print("\n".join(found))
	sys.exit(bool(found))
