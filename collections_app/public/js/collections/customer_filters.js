// The desk's own filter builder over Customer, inside a form; its filters stand as JSON in a field of the document.
frappe.provide("collections_app");

const parse = (text) => {
	try {
		const rows = JSON.parse(text || "[]");
		return Array.isArray(rows) ? rows : [];
	} catch {
		return [];
	}
};
const empty = (value) =>
	value === undefined ||
	value === null ||
	value === "" ||
	(Array.isArray(value) && !value.length);

// Draws the filters of `frm.doc[field]` into the HTML field `area`. Returns the builder; its `store` writes the filters
// to the document, which then counts as changed.
collections_app.customer_filters = async function (frm, field, area, { title, help }) {
	const wrapper = frm.get_field(area).$wrapper;
	await new Promise((resolve) => frappe.model.with_doctype("Customer", resolve));
	const read_only = !frm.perm[0] || !frm.perm[0].write;
	wrapper.html(`<div class="customer-filters frappe-control">
		<label class="control-label">${title}</label>
		<div class="filter-holder"></div>
		<p class="help-box small text-muted">${help}</p>
	</div>`);
	const holder = wrapper.find(".filter-holder");
	let ready = false;
	const builder = {
		store() {
			if (!ready || read_only) return;
			const rows = builder.group
				.get_filters()
				.map((row) => row.slice(0, 4))
				.filter((row) => !empty(row[3]));
			if (JSON.stringify(rows) !== JSON.stringify(parse(frm.doc[field]))) {
				frm.set_value(field, rows.length ? JSON.stringify(rows) : null);
			}
		},
	};
	builder.group = new frappe.ui.FilterGroup({
		parent: holder,
		doctype: "Customer",
		on_change: () => builder.store(),
	});
	for (const row of parse(frm.doc[field])) await builder.group.add_filter(...row.slice(0, 4));
	holder.find(".empty-filters").toggle(!builder.group.filters.length);
	if (read_only) {
		holder.find("input, select, button").prop("disabled", true);
		holder.find(".filter-action-buttons, .remove-filter").hide();
	} else {
		// the builder itself tells of no change of the operator
		holder.on("change awesomplete-selectcomplete", () => setTimeout(() => builder.store()));
	}
	// values of links are set one after the other
	await Promise.all(builder.group.filters.map((filter) => filter._filter_value_set));
	ready = true;
	return builder;
};
