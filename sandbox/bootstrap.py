"""From the system's bare Python to the sandbox's virtual environment. Standard library only.

`ensure_environment` builds `.sandbox/venv` with uv (taken from PATH, or fetched from the package index into
`.sandbox/tools`), and at the same time lets npm fetch the front end's packages, which needs no Python.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from sandbox import node
from sandbox.paths import HOME, PROJECT, PYTHON, REQUIREMENTS, TOOLS, VENV
from sandbox.stamps import building, digest, is_current, only_one

OLDEST_PYTHON = (3, 10)


class BootstrapError(SystemExit):
	"""The machine lacks something the sandbox cannot make itself; the message says what to run."""


def inside_environment() -> bool:
	"""Whether this process already runs on the sandbox's own Python."""
	return Path(sys.prefix).resolve() == VENV.resolve()


def ensure_environment() -> None:
	"""Build the virtual environment if its inputs changed since it was last built."""
	if sys.version_info < OLDEST_PYTHON:
		raise BootstrapError(f"sandbox: Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed")
	dependencies = project_dependencies()
	wanted = digest(REQUIREMENTS, *dependencies, sys.version_info[:2])
	if is_current("environment", wanted) and PYTHON.exists():
		return
	with only_one("environment"):
		if is_current("environment", wanted) and PYTHON.exists():
			return
		packages = threading.Thread(target=node.prefetch, daemon=True)
		packages.start()
		with building("environment", wanted, "Python packages"):
			install_packages(dependencies)
		packages.join()


def install_packages(dependencies: list[str]) -> None:
	"""Install everything into the virtual environment, making that first where this Python has none."""
	uv = find_uv()
	environment = index_settings()
	if environment_version() != sys.version_info[:2]:
		shutil.rmtree(VENV, ignore_errors=True)
		run([*uv, "venv", "--quiet", "--seed", "--python", base_python(), str(VENV)], environment)
	wanted = HOME / "requirements.txt"
	wanted.write_text(REQUIREMENTS.read_text() + "\n" + "\n".join(dependencies) + "\n")
	try:
		run([*uv, "pip", "install", "--quiet", "--python", str(PYTHON), "-r", str(wanted)], environment)
	except BootstrapError:
		# pip reads more kinds of index configuration than uv does
		print("sandbox: uv could not install the packages, trying pip", file=sys.stderr)
		run([str(PYTHON), "-m", "pip", "install", "--quiet", "-r", str(wanted)])


def environment_version() -> tuple[int, ...] | None:
	"""The Python version of the virtual environment there is.

	Others may be running in it, so it is kept if it can be.
	"""
	code = "import sys; print(*sys.version_info[:2])"
	try:
		said = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=True).stdout
	except (OSError, subprocess.CalledProcessError):
		return None
	return tuple(map(int, said.split()))


def base_python() -> str:
	"""The interpreter below any virtual environment this one may be."""
	return getattr(sys, "_base_executable", None) or sys.executable


def find_uv() -> list[str]:
	"""The command that runs uv, fetched into `.sandbox/tools` when the machine has none."""
	if uv := shutil.which("uv"):
		return [uv]
	local = TOOLS / "bin" / "uv"
	if not local.exists():
		TOOLS.mkdir(parents=True, exist_ok=True)
		pip = pip_command()
		run([*pip, "install", "--quiet", "--target", str(TOOLS), "uv"])
	return [str(local)]


def pip_command() -> list[str]:
	"""A pip that runs: the interpreter's own, or one made by venv, or one from the distribution's packages."""
	if subprocess.run([base_python(), "-m", "pip", "--version"], capture_output=True).returncode == 0:
		return [base_python(), "-m", "pip"]
	scratch = HOME / "pip"
	if not has_ensurepip():
		install_system_packages("python3-venv")
	run([base_python(), "-m", "venv", "--clear", str(scratch)])
	return [str(scratch / "bin" / "python"), "-m", "pip"]


def has_ensurepip() -> bool:
	return subprocess.run([base_python(), "-c", "import ensurepip"], capture_output=True).returncode == 0


def install_system_packages(*names: str) -> None:
	"""Install Debian packages where this user may; say what to run where not."""
	if os.geteuid() == 0 and shutil.which("apt-get"):
		quiet = {"DEBIAN_FRONTEND": "noninteractive"}
		subprocess.run(["apt-get", "update", "-qq"], env={**os.environ, **quiet})
		run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names], quiet)
		return
	raise BootstrapError(f"sandbox: please run: sudo apt-get install {' '.join(names)}")


def index_settings() -> dict[str, str]:
	"""pip's index settings from the environment, said the way uv wants them."""
	known = {
		"PIP_INDEX_URL": "UV_DEFAULT_INDEX",
		"PIP_EXTRA_INDEX_URL": "UV_INDEX",
		"PIP_CERT": "SSL_CERT_FILE",
	}
	return {
		uv: os.environ[pip] for pip, uv in known.items() if os.environ.get(pip) and not os.environ.get(uv)
	}


def run(command: list[str], environment: dict[str, str] | None = None) -> None:
	"""Run a command to its end; its own output is the explanation when it fails."""
	result = subprocess.run(command, env={**os.environ, **(environment or {})})
	if result.returncode:
		raise BootstrapError(f"sandbox: this failed: {' '.join(command)}")


def project_dependencies() -> list[str]:
	"""The app's own dependencies, from pyproject.toml; Python 3.10 has no reader for TOML."""
	if not PROJECT.exists():
		return []
	project = PROJECT.read_text().partition("[project]")[2]
	project = re.split(r"^\[", project, maxsplit=1, flags=re.MULTILINE)[0]
	listed = re.search(r"^dependencies\s*=\s*\[(.*?)^\s*\]", project, flags=re.MULTILINE | re.DOTALL)
	if not listed:
		listed = re.search(r"^dependencies\s*=\s*\[(.*?)\]\s*$", project, flags=re.MULTILINE | re.DOTALL)
	lines = (line.strip() for line in (listed.group(1) if listed else "").splitlines())
	text = "\n".join(line for line in lines if not line.startswith("#"))
	return re.findall(r"[\"']([^\"']+)[\"']", text)
