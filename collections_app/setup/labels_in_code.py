"""Labels and sentences of pure modules, which do not know `_()`: whoever shows them translates them."""

import ast
from collections.abc import Callable, Iterable, Iterator

from collections_app.constants.custom_fields import CUSTOM_FIELDS
from collections_app.constants.roles import APP_ROLES

# whose first argument is a sentence that is shown translated, or its template (`engine/texts.py`)
SAYING = frozenset(
	(
		*(
			"Text",
			"StatementError",
			"ExpressionError",
			"ConnectorError",
			"ConfigurationError",
			"ConsentError",
		),
		*("TransientError", "RateLimitError", "UncertainError", "DataError"),
		*("PartUnavailableError", "AuthorizationEnded", "Mutated", "Refused"),
		*("ScorecardError", "CurveError", "RateError", "AmountError", "ModelFormatError"),
	)
)


def sentences_of(code: bytes) -> list[tuple[int, str]]:
	"""What the Texts and errors of a module say, with the line: templates with {0}, {1} … where they name values."""
	return [
		(node.lineno, text)
		for node in ast.walk(ast.parse(code))
		if isinstance(node, ast.Call)
		and isinstance(node.func, ast.Name)
		and node.func.id in SAYING
		and node.args
		for text in _literals(node.args[0])
		if text
	]


def _literals(node: ast.expr) -> Iterator[str]:
	"""A text, or each of those that one is chosen of."""
	if isinstance(node, ast.Constant) and isinstance(node.value, str):
		yield node.value
	elif isinstance(node, ast.IfExp):
		yield from (*_literals(node.body), *_literals(node.orelse))
	elif isinstance(node, ast.BoolOp):
		for one in node.values:
			yield from _literals(one)


def labels_of(path: str) -> list[str]:
	"""The labels of a module by its path inside the app ("engine/factors.py"); none for most."""
	return list(dict.fromkeys(label for label in TABLES.get(path, list)() if label))


def _custom_fields() -> Iterable[str]:
	for fields in CUSTOM_FIELDS.values():
		for field in fields:
			yield from (field.get("label", ""), field.get("description", ""))
			if field["fieldtype"] == "Select":
				yield from (one for one in field["options"].split("\n") if len(one) > 1)


def _facts() -> Iterable[str]:
	from collections_app.engine.conditions import FACTS

	return (fact.label for fact in FACTS.values())


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


def _unscrubbed(name: str) -> str:
	return name.replace("_", " ").replace("-", " ").title()


TABLES: dict[str, Callable[[], Iterable[str]]] = {
	"constants/custom_fields.py": _custom_fields,
	"constants/roles.py": lambda: APP_ROLES,
	"connectors/low_code/targets.py": _targets,
	"connectors/manifest.py": _categories,
	"engine/channels.py": _channels,
	"engine/conditions.py": _facts,
	"engine/factors.py": _factors,
	"engine/hard_rules.py": _hard_rules,
	"services/cases/next_actions.py": _waiting_for_a_person,
	"services/cases/work.py": _call_outcomes,
	"services/connectors/overview.py": _abilities,
	"services/worklist/rules.py": _worklist_classes,
}
