// Suggests values for the conditions of a plan while they are typed: names that exist, bands, Yes and No.
frappe.provide("collections_app");

const BANDS = ["A", "B", "C", "D", "E"];
const CHOICES = { "Risk Band": BANDS, Insured: ["Yes", "No"] };
const RECORDS = ["Customer", "Customer Group", "Territory", "Country", "Currency", "Language"];
const DOCTYPE = "Dunning Plan Condition";

async function values_of(fact, text) {
	if (fact === "Customer Type") {
		await new Promise((resolve) => frappe.model.with_doctype("Customer", resolve));
		const df = frappe.meta.get_docfield("Customer", "customer_type");
		return ((df && df.options) || "").split("\n").filter(Boolean);
	}
	if (CHOICES[fact]) return CHOICES[fact];
	if (!RECORDS.includes(fact)) return [];
	const found = await frappe.db.get_link_options(fact, text);
	return found.map((one) => one.value);
}

collections_app.suggest_condition_values = function (frm, table) {
	const wrapper = $(frm.get_field(table).grid.wrapper);
	const id = `${frm.doctype}-${table}-values`.replace(/\W+/g, "-").toLowerCase();
	if (wrapper.find(`#${id}`).length) return;
	wrapper.append(`<datalist id="${id}"></datalist>`);
	const list = wrapper.find(`#${id}`);
	const suggest = async (input) => {
		const row = (locals[DOCTYPE] || {})[$(input).closest(".grid-row").attr("data-name")];
		if (!row) return;
		input.setAttribute("list", id);
		input.setAttribute("autocomplete", "off");
		// of a list only the last value is still being typed
		const typed = input.value;
		const many = ["in", "not in"].includes(row.operator);
		const comma = many ? typed.lastIndexOf(",") + 1 : 0;
		const before = comma ? `${typed.slice(0, comma)} ` : "";
		const values = await values_of(row.fact, typed.slice(comma).trim());
		list.html(
			values
				.map(
					(value) =>
						`<option value="${frappe.utils.escape_html(before + value)}"></option>`,
				)
				.join(""),
		);
	};
	const later = frappe.utils.debounce(suggest, 200);
	const inputs = "[data-fieldname='value'] input";
	wrapper.on("focusin", inputs, (event) => suggest(event.currentTarget));
	wrapper.on("input", inputs, (event) => later(event.currentTarget));
};
