"""Labels that stand in tables of pure modules, which do not know `_()`: whoever shows them translates them."""

import ast
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from collections_app.constants.custom_fields import CUSTOM_FIELDS
from collections_app.constants.roles import APP_ROLES

PACKAGE = Path(__file__).parents[1]
WITH_ERRORS = tuple(f"engine/statements/csv_{name}.py" for name in ("guess", "mapped", "mapping", "preview"))


def labels_of(path: str) -> list[str]:
	"""The labels of a module by its path inside the app ("engine/factors.py"); none for most."""
	return list(dict.fromkeys(label for label in TABLES.get(path, list)() if label))


def _custom_fields() -> Iterable[str]:
	for fields in CUSTOM_FIELDS.values():
		for field in fields:
			yield from (field.get("label", ""), field.get("description", ""))
			if field["fieldtype"] == "Select":
				yield from (one for one in field["options"].split("\n") if len(one) > 1)


def _factors() -> Iterable[str]:
	from collections_app.engine.factors import FACTORS

	for factor in FACTORS.values():
		yield from (factor.label, factor.group, factor.unit, _unscrubbed(factor.key))


def _hard_rules() -> Iterable[str]:
	from collections_app.engine.hard_rules import HARD_RULES

	for rule in HARD_RULES.values():
		yield from (rule.label, rule.unit, _unscrubbed(rule.key))


def _abilities() -> Iterable[str]:
	from collections_app.services.connectors.overview import DOES, WHAT

	return (*WHAT.values(), *DOES.values())


def _targets() -> Iterable[str]:
	from collections_app.connectors.low_code.targets import TARGETS

	for target in TARGETS.values():
		yield target.label
		for field in target.fields:
			yield from (field.label, field.help)


def _categories() -> Iterable[str]:
	from collections_app.connectors.manifest import CATEGORIES

	return CATEGORIES


def _channels() -> Iterable[str]:
	from collections_app.engine.channels import CHANNELS

	return CHANNELS


def _worklist_classes() -> Iterable[str]:
	from collections_app.services.worklist.rules import CLASSES

	return CLASSES


def _call_outcomes() -> Iterable[str]:
	from collections_app.services.cases.work import CALL_OUTCOMES

	return CALL_OUTCOMES


def _waiting_for_a_person() -> Iterable[str]:
	from collections_app.services.cases.next_actions import NEEDS_A_PERSON

	return NEEDS_A_PERSON.values()


def _sentences_of_errors(path: str) -> Iterable[str]:
	"""What a StatementError says where it names no values: shown in the form of a Bank CSV Format."""
	for node in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8"))):
		if (
			isinstance(node, ast.Call)
			and isinstance(node.func, ast.Name)
			and node.func.id == "StatementError"
		):
			if isinstance(node.args[0], ast.Constant):
				yield node.args[0].value


def _unscrubbed(name: str) -> str:
	return name.replace("_", " ").replace("-", " ").title()


TABLES: dict[str, Callable[[], Iterable[str]]] = {
	"constants/custom_fields.py": _custom_fields,
	"constants/roles.py": lambda: APP_ROLES,
	"connectors/low_code/targets.py": _targets,
	"connectors/manifest.py": _categories,
	"engine/channels.py": _channels,
	"engine/factors.py": _factors,
	"engine/hard_rules.py": _hard_rules,
	**{path: partial(_sentences_of_errors, path) for path in WITH_ERRORS},
	"services/cases/next_actions.py": _waiting_for_a_person,
	"services/cases/work.py": _call_outcomes,
	"services/connectors/overview.py": _abilities,
	"services/worklist/rules.py": _worklist_classes,
}
