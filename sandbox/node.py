"""npm's part of the front end: the packages the bundles are made of. Standard library only."""

import json
import shutil
import subprocess
import sys

from sandbox.paths import FRONTEND, SOURCE
from sandbox.stamps import building, digest, is_current, only_one

RECIPE = SOURCE / "frontend"
COPIED = ("package.json", "package-lock.json", ".npmrc", "build.mjs")
OLDEST_NODE = 18


class NodeError(SystemExit):
	"""Node.js or npm is missing or failed; the message says what to do."""


def prefetch() -> None:
	"""Fetch the packages early, beside other work; a failure is reported when they are needed."""
	try:
		ensure_packages()
	except NodeError:
		pass


def ensure_packages() -> None:
	"""Install the front end's packages, as the lock file pins them, into `.sandbox/frontend`."""
	wanted = digest(*(RECIPE / name for name in COPIED[:3]))
	with only_one("node"):
		FRONTEND.mkdir(parents=True, exist_ok=True)
		for name in COPIED:
			shutil.copyfile(RECIPE / name, FRONTEND / name)
		if is_current("node", wanted) and (FRONTEND / "node_modules").is_dir():
			return
		check_node()
		with building("node", wanted, "front-end packages"):
			result = subprocess.run(
				["npm", "ci", "--no-progress", "--loglevel=error"],
				cwd=FRONTEND,
				capture_output=True,
				text=True,
			)
			if result.returncode:
				raise NodeError(f"sandbox: npm could not install the front-end packages:\n{result.stderr}")


def check_node() -> None:
	"""Stop with a clear word when Node.js is missing or too old."""
	if not (shutil.which("node") and shutil.which("npm")):
		raise NodeError("sandbox: Node.js with npm is needed; please run: sudo apt-get install nodejs npm")
	version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
	if int(version.lstrip("v").split(".")[0]) < OLDEST_NODE:
		raise NodeError(f"sandbox: Node.js {OLDEST_NODE} or newer is needed, this is {version}")


def bundle(apps: dict[str, str], assets: str) -> None:
	"""Bundle the apps' `public` folders: name -> package folder, into `assets` with one `assets.json`."""
	plan = json.dumps({"apps": apps, "assets": assets})
	result = subprocess.run(["node", "build.mjs"], cwd=FRONTEND, input=plan, text=True, stdout=sys.stderr)
	if result.returncode:
		raise NodeError("sandbox: bundling the front end failed, see above")
