// The list of variables, each of which is inserted by a click: {name, label, kind, optional, fields: [{name, entries}]}.
const { escape } = collections_app;

const button = (text, insert) =>
	`<button type="button" class="btn btn-xs btn-default" data-insert="${escape(insert)}"><code>${escape(
		text,
	)}</code></button>`;

const value = (name) => button(name, `{{ ${name} }}`);

const loop = (list, entry, fields) =>
	button(
		`for ${entry} in ${list}`,
		`{% for ${entry} in ${list} %}\n\t{{ ${entry}.${fields[0]} }}\n{% endfor %}`,
	) + fields.map((field) => value(`${entry}.${field}`)).join("");

function buttons(variable) {
	const { name, kind, fields } = variable;
	if (kind === "list")
		return loop(
			name,
			"item",
			fields.map((field) => field.name),
		);
	if (kind !== "record") return value(name);
	return fields
		.map((field) =>
			field.entries.length
				? loop(`${name}.${field.name}`, "one", field.entries)
				: value(`${name}.${field.name}`),
		)
		.join("");
}

export function variable_list(variables) {
	const rows = variables.map((variable) => {
		const ask = variable.optional
			? button(`if ${variable.name}`, `{% if ${variable.name} %}{% endif %}`)
			: "";
		return `<tr data-variable="${escape(variable.name)}"><td>${escape(variable.label)}${
			variable.optional ? ` <span class="text-muted">${__("may be empty")}</span>` : ""
		}</td><td>${buttons(variable)}${ask}</td></tr>`;
	});
	return `<table class="table table-sm"><tbody>${rows.join("")}</tbody></table>`;
}
