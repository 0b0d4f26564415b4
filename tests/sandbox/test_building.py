"""How the sandbox decides what to build, and from what."""

import subprocess
import sys
import zipfile

import pytest

from sandbox import bootstrap, stamps, suite, wheel
from sandbox.patches import hook


def test_digest_follows_content_and_names(tmp_path):
	(tmp_path / "a").mkdir()
	(tmp_path / "a" / "one.py").write_text("1")
	first = stamps.digest(tmp_path / "a")
	(tmp_path / "a" / "__pycache__").mkdir()
	(tmp_path / "a" / "__pycache__" / "one.pyc").write_text("x")
	assert stamps.digest(tmp_path / "a") == first
	(tmp_path / "a" / "one.py").write_text("2")
	second = stamps.digest(tmp_path / "a")
	(tmp_path / "a" / "one.py").rename(tmp_path / "a" / "two.py")
	assert len({first, second, stamps.digest(tmp_path / "a")}) == 3


def test_stage_that_fails_is_built_again(tmp_path, monkeypatch):
	monkeypatch.setattr(stamps, "STAMPS", tmp_path)
	with pytest.raises(ValueError), stamps.building("stage", "v1", "trial"):
		raise ValueError
	assert not stamps.is_current("stage", "v1")
	with stamps.building("stage", "v1", "trial"):
		pass
	assert stamps.is_current("stage", "v1") and not stamps.is_current("stage", "v2")


@pytest.mark.parametrize(
	("text", "expected"),
	[
		(
			'[project]\ndependencies = [\n  # one\n  "a>=1",\n  "b[c]~=2.0",\n]\n[x]\ndependencies = ["d"]',
			["a>=1", "b[c]~=2.0"],
		),
		('[project]\nname = "x"\ndependencies = ["a<3"]\n', ["a<3"]),
		('[project]\nname = "x"\n[tool]\ndependencies = ["a"]\n', []),
	],
)
def test_dependencies_of_the_project(tmp_path, monkeypatch, text, expected):
	project = tmp_path / "pyproject.toml"
	project.write_text(text)
	monkeypatch.setattr(bootstrap, "PROJECT", project)
	assert bootstrap.project_dependencies() == expected


def test_bootstrap_needs_the_standard_library_alone():
	code = "import sandbox.__main__, sandbox.commands, sandbox.node"
	command = [sys.executable, "-S", "-c", code]
	done = subprocess.run(command, capture_output=True, text=True, cwd=bootstrap.PROJECT.parent)
	assert done.returncode == 0, done.stderr


def test_another_wheel_is_refused(tmp_path, monkeypatch):
	monkeypatch.setattr(wheel, "DOWNLOADS", tmp_path)
	name = tmp_path / f"{wheel.PACKAGE}-{wheel.VERSION}-py3-none-any.whl"

	def pip(command, **options):
		name.write_bytes(b"something else")
		return subprocess.CompletedProcess(command, 0)

	monkeypatch.setattr(wheel.subprocess, "run", pip)
	with pytest.raises(wheel.WheelError, match="is pinned"):
		wheel.download()
	assert not name.exists()


def test_tree_is_derived_under_its_own_name(tmp_path, monkeypatch):
	monkeypatch.setattr(wheel, "EDITS", [("boot.py", b"one app", b"each app")])
	archive = tmp_path / "trial.whl"
	with zipfile.ZipFile(archive, "w") as made:
		made.writestr(
			f"{wheel.PACKAGE}/boot.py", f"import {wheel.PACKAGE}  # one app\ntype Kind = int | str\n"
		)
		made.writestr(f"{wheel.PACKAGE}-0.0.1.dist-info/METADATA", "x")
	wheel.derive(archive, tmp_path / "frappe")
	assert (tmp_path / "frappe" / "boot.py").read_text() == 'import frappe  # each app\nKind = "int | str"\n'
	assert [path.name for path in (tmp_path / "frappe").iterdir()] == ["boot.py"]
	monkeypatch.setattr(wheel, "EDITS", [("boot.py", b"not there", b"x")])
	with pytest.raises(wheel.WheelError, match="not as expected"):
		wheel.derive(archive, tmp_path / "frappe")


def test_change_is_made_when_the_module_is_imported(tmp_path, monkeypatch):
	(tmp_path / "late_module.py").write_text("value = 1\n")
	monkeypatch.syspath_prepend(str(tmp_path))
	hook.install()

	@hook.after_import("late_module")
	def change(module):
		module.value = 2

	import late_module

	assert late_module.value == 2


def test_suite_adds_up_and_picks_plugins():
	line = suite.summary([{"passed": 3, "skipped": 1}, {"passed": 2, "failed": 1}], 12.345)
	assert " 1 failed, 5 passed, 1 skipped in 12.35s " in line.replace("12.34s", "12.35s")
	run = suite.Run(suite.BROWSER)
	run.said = "a test\n======= 7 passed, 1 rerun in 3.21s ======="
	assert run.counts() == {"passed": 7, "rerun": 1}
	assert suite.plugins(["-q", "tests/e2e/test_x.py"]) == ["-p", "sandbox.e2e"]
	assert suite.plugins(["collections_app/tests"]) == ["-p", "sandbox.testing"]
	assert suite.plugins(["tests/unit"]) == []
