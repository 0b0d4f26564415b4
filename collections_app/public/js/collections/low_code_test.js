// The test of a low-code connector's stream: the raw answer on the left, the mapped rows on the right.

frappe.provide("collections_app.low_code_test");

const escape = (text) => collections_app.escape(text);
const METHOD = "collections_app.api.low_code.test_stream";

Object.assign(collections_app.low_code_test, {
	async open(frm) {
		// what is tested is what is kept
		if (frm.is_dirty()) await frm.save();
		const connections = await frappe.db.get_list("Connector Config", {
			filters: { connector: frm.doc.name },
			fields: ["name", "environment", "company"],
			order_by: "name",
			limit: 0,
		});
		if (!connections.length) {
			offer_connection(frm);
			return;
		}
		show(frm, connections);
	},
});

function offer_connection(frm) {
	frappe.confirm(
		__(
			"A test needs a connection with credentials, and {0} has none yet. Make one now, in the sandbox where the service has one?",
			[escape(frm.doc.name).bold()],
		),
		() => frappe.new_doc("Connector Config", { connector: frm.doc.name }),
	);
}

function show(frm, connections) {
	const dialog = new frappe.ui.Dialog({
		title: __("Test {0}", [escape(frm.doc.name)]),
		size: "extra-large",
		fields: [
			{
				fieldname: "stream",
				fieldtype: "Select",
				label: __("Stream"),
				options: frm.doc.streams.map((row) => ({
					value: row.stream,
					label: row.label || row.stream,
				})),
				default: frm.doc.streams[0].stream,
				reqd: 1,
			},
			{ fieldtype: "Column Break" },
			{
				fieldname: "connection",
				fieldtype: "Select",
				label: __("Connection"),
				options: connections.map((one) => ({
					value: one.name,
					label: [one.name, one.environment && __(one.environment)]
						.filter(Boolean)
						.join(" · "),
				})),
				default: connections[0].name,
				reqd: 1,
			},
			{ fieldtype: "Section Break" },
			{ fieldname: "result", fieldtype: "HTML" },
		],
		primary_action_label: __("Test"),
		primary_action: (values) => run(frm, dialog, values),
	});
	dialog.$wrapper.addClass("low-code-test");
	dialog.fields_dict.result.$wrapper.html(
		`<p class="text-muted">${__(
			"Asks for the first page. Nothing is written but the requests in the Connector Log.",
		)}</p>`,
	);
	dialog.show();
}

async function run(frm, dialog, { stream, connection }) {
	const wrapper = dialog.fields_dict.result.$wrapper;
	wrapper.html(`<p class="text-muted">${__("Asking the provider...")}</p>`);
	dialog.get_primary_btn().prop("disabled", true);
	try {
		const result = await frappe.xcall(METHOD, { connector: frm.doc.name, stream, connection });
		wrapper.html(result_html(result));
	} catch {
		wrapper.empty(); // what was refused has been told
	} finally {
		dialog.get_primary_btn().prop("disabled", false);
	}
}

function result_html(result) {
	const wrong = result.rows.some((row) => row.problems.length);
	const color = result.ok ? (wrong ? "orange" : "green") : "red";
	return `<p class="low-code-outcome"><span class="indicator ${color}">${escape(result.message)}</span>
		<code>${escape(result.request)}</code></p>
		<div class="low-code-sides">
			<section aria-label="${__("Raw Answer")}"><h6>${__("Raw Answer")}</h6>
				<pre tabindex="0">${escape(result.answer) || __("None")}</pre></section>
			<section aria-label="${__("Mapped Rows")}"><h6>${__("Mapped Rows")}</h6>
				${table(result)}</section>
		</div>`;
}

function table(result) {
	if (!result.rows.length) return `<p class="text-muted">${__("No rows.")}</p>`;
	const head = result.columns.map((name) => `<th>${escape(name)}</th>`).join("");
	const rows = result.rows.map((row) => row_html(row, result.columns)).join("");
	return `<div class="low-code-rows" tabindex="0"><table class="table table-bordered">
		<thead><tr><th>#</th>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function row_html(row, columns) {
	const wrong = Object.fromEntries(row.problems.map((one) => [one.field, one.message]));
	if (row.left_out) {
		return `<tr class="text-muted"><td>${row.number}</td>
			<td colspan="${columns.length}">${__("Left out by the condition")}</td></tr>`;
	}
	const cells = columns.map((name) =>
		wrong[name]
			? `<td class="low-code-wrong">${escape(wrong[name])}</td>`
			: `<td>${escape(row.values[name] ?? "")}</td>`,
	);
	// what is wrong with no single column
	const rest = row.problems.filter((one) => !columns.includes(one.field));
	const more = rest.length
		? `<tr><td></td><td class="low-code-wrong" colspan="${columns.length}">${rest
				.map((one) => escape([one.field, one.message].filter(Boolean).join(": ")))
				.join("<br>")}</td></tr>`
		: "";
	return `<tr><td>${row.number}</td>${cells.join("")}</tr>${more}`;
}
