"""Letters' templates: each mistake is found in its line, and nothing right is called wrong."""

from __future__ import annotations

import pytest
from jinja2 import Environment

from collections_app.engine.letter_checks import check_template
from collections_app.engine.letter_variables import BY_NAME, LIST, RECORD

ENVIRONMENT = Environment(extensions=["jinja2.ext.do"])


def found(source: str) -> list[tuple[int, str, str]]:
	problems = check_template(source, ENVIRONMENT)
	return [(one.line, one.code, one.params.get("name") or one.params.get("what")) for one in problems]


@pytest.mark.parametrize(
	("source", "expected"),
	[
		("{{ totl }}", [(1, "unknown_variable", "totl")]),
		("fine\n{{ company.nam }}", [(2, "unknown_field", "nam")]),
		("{{ company['nam'] }}", [(1, "unknown_field", "nam")]),
		("{% for item in items %}\n{{ item.foo }}\n{% endfor %}", [(2, "unknown_field", "foo")]),
		("{% for item in items if item.late %}{% endfor %}", [(1, "unknown_field", "late")]),
		("{{ items[0].invoce }}", [(1, "unknown_field", "invoce")]),
		("{{ items[1:][0].foo }}", [(1, "unknown_field", "foo")]),
		("{{ items.invoice }}", [(1, "unknown_field", "invoice")]),
		("{{ (items | first).foo }}", [(1, "unknown_field", "foo")]),
		("{{ (items | selectattr('late') | list) }}", [(1, "unknown_field", "late")]),
		("{{ items | map(attribute='foo') | join }}", [(1, "unknown_field", "foo")]),
		("{% set who = collector %}{{ who.mail }}", [(1, "unknown_field", "mail")]),
		("{% with who = collector %}{{ who.mail }}{% endwith %}", [(1, "unknown_field", "mail")]),
		("{% for one in promise.instalments %}{{ one.on }}{% endfor %}", [(1, "unknown_field", "on")]),
		("{{ today.year }}", [(1, "unknown_field", "year")]),
		("a\nb\n{{ total | money }}", [(3, "unknown_filter", "money")]),
		("{% if item_count is plenty %}{% endif %}", [(1, "unknown_test", "plenty")]),
		("{% if toal %}{% elif tota %}{% else %}{{ ttal }}{% endif %}", None),
		("{% include 'other.html' %}", [(1, "not_allowed", "include")]),
		("{% import 'x' as x %}", [(1, "not_allowed", "import")]),
		("{% do items.append(1) %}", [(1, "unknown_field", "append")]),
		("{{ ''.__class__ }}", [(1, "not_allowed", ".__")]),
		("{{ frappe.db.commit() }}", [(1, "unknown_variable", "frappe")]),
		("{% for x in items %}{% endfor %}{{ x.invoice }}", [(1, "unknown_variable", "x")]),
		("{% macro row(item) %}{{ other }}{% endmacro %}", [(1, "unknown_variable", "other")]),
	],
)
def test_mistakes(source, expected):
	if expected is None:
		assert [name for _, _, name in found(source)] == ["toal", "tota", "ttal"]
	else:
		assert found(source) == expected


@pytest.mark.parametrize(
	"source", ["one\n{% if total %}\ntwo", "one\n{{ total\n", "one\n{% fro x in items %}"]
)
def test_syntax(source):
	((line, code, what),) = found(source)
	assert code == "syntax" and what and line >= 2


@pytest.mark.parametrize(
	"source",
	[
		"Dear {{ contact_name | e }}, {{ total }} {{ items | length }} {{ _('Total') }}",
		"{% for item in items %}{{ loop.index }} {{ item.invoice | e }} {{ item.due_date.upper() }}{% endfor %}",
		"{% for item in items | sort(attribute='days_overdue') | reverse %}{{ item.po_no }}{% endfor %}",
		"{{ (items | map(attribute='invoice') | list)[0] }} {{ items | sum(attribute='days_overdue') }}",
		"{% set big = items | selectattr('days_overdue', 'gt', 30) | list %}{{ big[0].invoice }}{{ big | length }}",
		"{% set ns = namespace(n=0) %}{% for i in items %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
		"{% macro line(item, end='.') %}{{ item.anything }}{{ end }}{% endmacro %}{{ line(items[0]) }}",
		"{% set head %}<b>{{ total }}</b>{% endset %}{{ head }}",
		"{% if promise %}{{ promise.amount }} {{ promise.instalments[0].due_on }}{% endif %}",
		"{{ collector.get('phone') }} {{ 'a' if level > 2 else 'b' }} {{ ', '.join(['x']) }}",
		"{% filter upper %}{{ total }}{% endfilter %}{% for a, b in [(1, 2)] %}{{ a }}{{ b.x }}{% endfor %}",
		"{% call(x) line() %}{{ x }}{% endcall %}".replace("line()", "joiner()"),
	],
)
def test_nothing_right_is_called_wrong(source):
	assert found(source) == []


def test_each_mistake_once_with_a_guess():
	problems = check_template("{{ company.nam }}{{ company.nam }}\n{{ conpany.name }}", ENVIRONMENT)
	assert [(one.line, one.params["guess"]) for one in problems] == [(1, "name"), (2, "company")]
	assert problems[0].params["fields"] == "name, email, phone"


def test_every_documented_variable_and_field_is_known():
	"""The list is the single source: what it names is right, and what it does not is wrong."""
	for name, variable in BY_NAME.items():
		assert found(f"{{{{ {name} }}}}") == []
		assert found(f"{{{{ {name}x }}}}") == [(1, "unknown_variable", f"{name}x")]
		owner = {RECORD: name, LIST: f"{name}[0]"}.get(variable.kind)
		for field in variable.fields:
			assert found(f"{{{{ {owner}.{field} }}}}") == []
		if owner:
			assert found(f"{{{{ {owner}.nothing }}}}") == [(1, "unknown_field", "nothing")]
