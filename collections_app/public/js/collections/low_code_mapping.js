// The mapping of a low-code connector: what a target takes, filled into the table, suggested while it is typed.

frappe.provide("collections_app.low_code_mapping");

const escape = (text) => collections_app.escape(text);

Object.assign(collections_app.low_code_mapping, {
	// A stream that got its target begins with the fields that most services have.
	fill(frm, stream) {
		const target = frm.targets?.[stream.target];
		if (!target || !stream.stream) return;
		const mapped = fields_of(frm, stream);
		if (!mapped.size) {
			for (const field of target.fields.filter((one) => one.usual)) {
				add(frm, stream, field);
			}
			if (target.prefix) add(frm, stream, { name: `${target.prefix}website` });
			frm.refresh_field("mappings");
		}
		this.draw(frm);
	},

	// Above the table: what each stream still lacks, and what else could be mapped. A click adds it.
	draw(frm) {
		const streams = (frm.doc.streams || []).filter((row) => frm.targets?.[row.target]);
		const wrapper = frm.get_field("mapping_help").$wrapper;
		if (!streams.length) {
			wrapper.html(
				`<p class="text-muted">${__("Add a stream with a target first; its fields are filled in here.")}</p>`,
			);
			return;
		}
		wrapper.html(
			`<p class="text-muted">${__(
				"Each field takes a JMESPath expression on a row of the answer, or a constant. Fields that are left empty are not mapped. Click one to add it.",
			)}</p>${streams.map((row) => line(frm, row)).join("")}`,
		);
		wrapper.off("click.mapping").on("click.mapping", "[data-field]", (event) => {
			const { stream, field } = event.currentTarget.dataset;
			const row = streams.find((one) => one.stream === stream);
			const spec = frm.targets[row.target].fields.find((one) => one.name === field);
			add(frm, row, spec);
			frm.refresh_field("mappings");
			frm.dirty();
			this.draw(frm);
		});
		suggest(frm);
	},
});

function add(frm, stream, field) {
	frm.add_child("mappings", {
		stream: stream.stream,
		target_field: field.name,
		required: field.required ? 1 : 0,
	});
}

function fields_of(frm, stream) {
	const rows = (frm.doc.mappings || []).filter((row) => row.stream === stream.stream);
	return new Set(rows.map((row) => row.target_field));
}

function line(frm, stream) {
	const target = frm.targets[stream.target];
	const mapped = fields_of(frm, stream);
	const open = target.fields.filter((field) => !mapped.has(field.name));
	const chips = open.map(
		(field) => `<button type="button" class="btn btn-xs low-code-chip ${
			field.required ? "btn-danger" : "btn-default"
		}"
			data-stream="${escape(stream.stream)}" data-field="${escape(field.name)}"
			title="${escape([field.label, field.help, field.choices.join(", ")].filter(Boolean).join(". "))}">
			${escape(field.name)}${field.required ? " *" : ""}</button>`,
	);
	const free = target.prefix
		? `<span class="text-muted">${__("and any field of the customer: {0}", [
				`<code>${escape(target.prefix)}…</code>`,
			])}</span>`
		: "";
	return `<div class="low-code-fields"><b>${escape(stream.label || stream.stream)}</b>
		<span class="text-muted">→ ${escape(__(stream.target))}</span>
		<div>${chips.join("")} ${free || (chips.length ? "" : __("All fields are mapped."))}</div></div>`;
}

// Names of streams and fields as the browser's own suggestions.
function suggest(frm) {
	const wrapper = $(frm.get_field("mappings").grid.wrapper);
	if (wrapper.find("#low-code-suggestions").length) return;
	wrapper.append('<datalist id="low-code-suggestions"></datalist>');
	const list = wrapper.find("#low-code-suggestions");
	const options = (values) =>
		list.html(
			values
				.map(
					([value, label]) =>
						`<option value="${escape(value)}" label="${escape(label)}"></option>`,
				)
				.join(""),
		);
	const row_of = (input) =>
		(locals["Low-code Mapping"] || {})[$(input).closest(".grid-row").attr("data-name")];
	const ready = (input) => {
		input.setAttribute("list", "low-code-suggestions");
		input.setAttribute("autocomplete", "off");
	};
	wrapper.on("focusin", "[data-fieldname='stream'] input", (event) => {
		ready(event.currentTarget);
		options((frm.doc.streams || []).map((row) => [row.stream, row.label || ""]));
	});
	wrapper.on("focusin", "[data-fieldname='target_field'] input", (event) => {
		ready(event.currentTarget);
		const mapping = row_of(event.currentTarget);
		const stream = (frm.doc.streams || []).find((row) => row.stream === mapping?.stream);
		const target = frm.targets?.[stream?.target];
		options((target?.fields || []).map((field) => [field.name, field.label]));
	});
}
