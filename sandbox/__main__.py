"""Entry: `python3 -m sandbox <command>` with any Python 3.10 or newer.

Goes on inside the sandbox's own environment.
"""

import os
import sys

from sandbox import bootstrap
from sandbox.paths import HOME, PYTHON, REPO


def main() -> None:
	wants_help = len(sys.argv) < 2 or sys.argv[1] in ("help", "-h", "--help")
	if wants_help or sys.argv[1] == "clean":
		from sandbox import commands

		return commands.main(sys.argv[1:] or ["help"])
	bootstrap.ensure_environment()
	if not bootstrap.inside_environment():
		paths = [str(REPO), *filter(None, [os.environ.get("PYTHONPATH")])]
		os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
		# compiled once, and never beside the sources
		os.environ["PYTHONPYCACHEPREFIX"] = str(HOME / "bytecode")
		os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
		os.execv(PYTHON, [str(PYTHON), "-m", "sandbox", *sys.argv[1:]])
	from sandbox import commands

	return commands.main(sys.argv[1:])


if __name__ == "__main__":
	main()
