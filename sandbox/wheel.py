"""The framework: a Frappe v16 source tree derived from one pinned wheel of the package index.

The wheel holds Frappe under another name. Undoing that rename gives a `frappe` package that runs once
`sandbox.patches` has put back what its single-app edition dropped. The tree is disposable and never edited by
hand.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

from sandbox.paths import DOWNLOADS, FRAMEWORK, SOURCE
from sandbox.restored import EDITS
from sandbox.stamps import building, digest, is_current

PACKAGE = "monoframe"
VERSION = "0.0.1"
SHA256 = "192e1430290ba868e515186a1e21bbdc7190a66fffbfaf35d5296bfca83a70ca"
RENAMED = [(b"monoframe", b"frappe"), (b"Monoframe", b"Frappe"), (b"MONOFRAME", b"FRAPPE")]
TYPE_STATEMENT = re.compile(rb"(?m)^(\s*)type (\w+) = (.+)$")


class WheelError(SystemExit):
	"""The wheel could not be had or is not the one that was pinned."""


def framework_stamp() -> str:
	"""Digest of all that shapes the derived tree."""
	return digest(SHA256, SOURCE / "wheel.py", SOURCE / "restored.py")


def ensure_framework() -> None:
	"""Derive the `frappe` package into `.sandbox/apps/frappe`, unless it is there already."""
	wanted = framework_stamp()
	if is_current("framework", wanted) and FRAMEWORK.is_dir():
		return
	with building("framework", wanted, "framework from its wheel"):
		derive(download(), FRAMEWORK)


def download() -> Path:
	"""Fetch the pinned wheel through pip and verify its checksum; returns its path."""
	wheel = DOWNLOADS / f"{PACKAGE}-{VERSION}-py3-none-any.whl"
	if not wheel.exists() or checksum(wheel) != SHA256:
		wheel.unlink(missing_ok=True)
		command = [
			sys.executable,
			"-m",
			"pip",
			"download",
			"--quiet",
			"--disable-pip-version-check",
			"--no-deps",
		]
		command += ["--only-binary", ":all:", "--dest", str(DOWNLOADS), f"{PACKAGE}=={VERSION}"]
		result = subprocess.run(command, capture_output=True, text=True)
		if result.returncode:
			raise WheelError(f"sandbox: the framework's wheel could not be downloaded:\n{result.stderr}")
	if (found := checksum(wheel)) != SHA256:
		wheel.unlink()
		raise WheelError(f"sandbox: {wheel.name} has sha256 {found}, but {SHA256} is pinned")
	return wheel


def checksum(path: Path) -> str:
	"""sha256 of a file, in hex."""
	return hashlib.sha256(path.read_bytes()).hexdigest()


def derive(wheel: Path, target: Path) -> None:
	"""Unpack the package out of the wheel under its original name."""
	shutil.rmtree(target, ignore_errors=True)
	with zipfile.ZipFile(wheel) as archive:
		for entry in archive.infolist():
			path = PurePosixPath(entry.filename)
			if entry.is_dir() or path.parts[0] != PACKAGE:
				continue
			place = target.joinpath(*(part.replace(PACKAGE, "frappe") for part in path.parts[1:]))
			place.parent.mkdir(parents=True, exist_ok=True)
			place.write_bytes(renamed(archive.read(entry), place.suffix))
	for name, shipped, meant in EDITS:
		restore(target / name, shipped, meant)


def restore(file: Path, shipped: bytes, meant: bytes) -> None:
	"""Replace the one place that reads `shipped`."""
	content = file.read_bytes()
	if content.count(shipped) != 1:
		raise WheelError(f"sandbox: {file.name} of the framework is not as expected at: {shipped.decode()}")
	file.write_bytes(content.replace(shipped, meant))


def renamed(content: bytes, suffix: str) -> bytes:
	"""One file's content under the original name; binary files stay as they are."""
	if b"\0" in content[:4096]:
		return content
	for new, old in RENAMED:
		content = content.replace(new, old)
	if suffix == ".py":
		# `type X = ...` is Python 3.12 syntax; as a plain alias of its text it runs on 3.10 too
		content = TYPE_STATEMENT.sub(rb'\1\2 = "\3"', content)
	return content
