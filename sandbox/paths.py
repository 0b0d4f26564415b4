"""Where everything built lies: one disposable folder, `.sandbox/` beside the sources or `$SANDBOX_HOME`.

Standard library only: the system's Python imports this before there is a virtual environment.
"""

import os
from pathlib import Path

SOURCE = Path(__file__).resolve().parent
REPO = SOURCE.parent
HOME = Path(os.environ.get("SANDBOX_HOME") or REPO / ".sandbox").resolve()

VENV = HOME / "venv"
PYTHON = VENV / "bin" / "python"
TOOLS = HOME / "tools"
DOWNLOADS = HOME / "downloads"
STAMPS = HOME / "stamps"

APPS = HOME / "apps"
FRAMEWORK = APPS / "frappe"
FRONTEND = HOME / "frontend"
SITES = HOME / "sites"
ASSETS = SITES / "assets"
RUN = HOME / "run"
LOGS = HOME / "logs"

REQUIREMENTS = SOURCE / "requirements.txt"
PROJECT = REPO / "pyproject.toml"


def app_sources() -> dict[str, Path]:
	"""The apps beside the framework, in the order they are installed: name -> package folder.

	`$SANDBOX_APPS` ("name=folder,name=folder") replaces the repo's own two, for trials and for tests of the
	sandbox. Folders that do not exist are left out.
	"""
	if chosen := os.environ.get("SANDBOX_APPS"):
		pairs = (entry.split("=", 1) for entry in chosen.split(",") if entry)
		sources = {name: Path(folder).resolve() for name, folder in pairs}
	else:
		sources = {"erpnext": SOURCE / "erpnext", "collections_app": REPO / "collections_app"}
	return {name: folder for name, folder in sources.items() if (folder / "hooks.py").exists()}
