"""Changes to a module right after it is imported."""

import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from types import ModuleType

Change = Callable[[ModuleType], None]
waiting: dict[str, list[Change]] = {}


def after_import(name: str) -> Callable[[Change], Change]:
	"""Decorator: call the function with the module of that name once it is imported, or at once if it is."""

	def register(change: Change) -> Change:
		if name in sys.modules:
			change(sys.modules[name])
		else:
			waiting.setdefault(name, []).append(change)
		return change

	return register


class Finder(MetaPathFinder):
	"""Finds modules as Python does, and has the waiting changes made when such a module has run."""

	def find_spec(self, name, path=None, target=None):
		if name not in waiting:
			return None
		for finder in sys.meta_path:
			spec = finder.find_spec(name, path, target) if finder is not self else None
			if spec:
				self.change_after_run(name, spec.loader)
				return spec
		return None

	@staticmethod
	def change_after_run(name, loader) -> None:
		run = loader.exec_module

		def exec_module(module):
			run(module)
			for change in waiting.pop(name, ()):
				change(module)

		loader.exec_module = exec_module


def install() -> None:
	"""Put the finder first, once."""
	if not any(isinstance(finder, Finder) for finder in sys.meta_path):
		sys.meta_path.insert(0, Finder())
