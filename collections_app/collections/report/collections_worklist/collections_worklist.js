frappe.query_reports["Collections Worklist"] = {
	filters: [
		collections_app.report_filters.company(),
		{
			fieldname: "class",
			label: __("Class"),
			fieldtype: "Select",
			options: [
				{ value: "", label: "" },
				{ value: "At Risk", label: __("At Risk") },
				{ value: "Low-Hanging Fruit", label: __("Low-Hanging Fruit") },
				{ value: "Waiting", label: __("Waiting") },
				{ value: "De-prioritised", label: __("De-prioritised") },
			],
		},
		{
			fieldname: "risk_band",
			label: __("Risk Band"),
			fieldtype: "MultiSelectList",
			get_data: (text) =>
				["A", "B", "C", "D", "E"]
					.filter((band) => band.includes((text || "").toUpperCase()))
					.map((band) => ({ value: band, description: __("Risk {0}", [band]) })),
		},
		{
			fieldname: "team",
			label: __("Team"),
			fieldtype: "Link",
			options: "User Group",
		},
		{
			fieldname: "collector",
			label: __("Collector"),
			fieldtype: "Link",
			options: "User",
		},
		{
			fieldname: "minimum_overdue",
			label: __("Minimum Overdue"),
			fieldtype: "Currency",
		},
		{
			fieldname: "only_mine",
			label: __("Only Mine"),
			fieldtype: "Check",
		},
	],

	onload(report) {
		const done = () => report.refresh();
		const selected = (action) => () => {
			const ticked = report.datatable ? report.datatable.rowmanager.getCheckedRows() : [];
			if (ticked.length !== 1) {
				frappe.show_alert({ message: __("Tick one customer first"), indicator: "orange" });
				return;
			}
			const { customer, case: case_name } = report.data[ticked[0]];
			const company = report.get_filter_value("company");
			action({ customer, company, case: case_name, done });
		};
		const group = __("Act on Selected");
		for (const [label, action] of [
			[__("Log Call"), collections_app.log_call],
			[__("Record Promise"), collections_app.record_promise],
			[__("Open Dispute"), collections_app.record_dispute],
			[__("Pause"), collections_app.pause],
		]) {
			report.page.add_inner_button(label, selected(action), group);
		}
	},

	get_datatable_options(options) {
		return { ...options, checkboxColumn: true, serialNoColumn: false };
	},

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		if (!data || value === null || value === undefined || value === "") return text;
		if (column.fieldname === "customer") {
			return collections_app.link("Customer", value, data.customer_name || value);
		}
		if (column.fieldname === "class_label") {
			return collections_app.pill(value, collections_app.CLASS_COLOURS[data.class]);
		}
		if (column.fieldname === "risk_band") return collections_app.risk_badge(value);
		if (column.fieldname === "why") {
			const full = frappe.utils.escape_html(value);
			return `<span title="${full}">${full}</span>`;
		}
		return text;
	},
};
