"""Casting of the arguments of whitelisted methods by their type hints.

The edition's files begin with `from __future__ import annotations`, which turns hints into text and thereby
switches the cast off. The text is resolved for the framework's own methods only: in an app's file that import
has the same effect on a bench, and hiding it here would hide a fault.
"""

from sandbox.patches.hook import after_import


@after_import("frappe.utils.typing_validations")
def restore_casting(validations) -> None:
	cast = validations.transform_parameter_types

	def transform_parameter_types(func, args, kwargs):
		if func.__module__.startswith("frappe."):
			resolve_hints(func)
		return cast(func, args, kwargs)

	validations.transform_parameter_types = transform_parameter_types


def resolve_hints(func) -> None:
	"""Turn hints that are text into types, where their names are known at run time."""
	for name, hint in func.__annotations__.items():
		if isinstance(hint, str):
			try:
				func.__annotations__[name] = eval(hint, func.__globals__)
			except (NameError, TypeError, AttributeError, SyntaxError):
				# a name imported for type checkers only; such an argument is not cast, as in the framework
				# itself
				continue
