frappe.query_reports["Dunning Effectiveness"] = {
	tree: true,
	name_field: "key",
	parent_field: "parent_key",
	initial_depth: 1,
	filters: [
		collections_app.report_filters.company(),
		{
			fieldname: "from_date",
			label: __("Sent From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -2),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("Sent Until"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{
			fieldname: "paid_within",
			label: __("Paid within Days"),
			fieldtype: "Int",
			default: 14,
			reqd: 1,
		},
		{
			fieldname: "dunning_plan",
			label: __("Dunning Plan"),
			fieldtype: "Link",
			options: "Dunning Plan",
		},
		{
			fieldname: "channel",
			label: __("Channel"),
			fieldtype: "Select",
			options: [
				{ value: "", label: "" },
				{ value: "Email", label: __("Email") },
				{ value: "Letter", label: __("Letter") },
				{ value: "SMS", label: __("SMS") },
				{ value: "WhatsApp", label: __("WhatsApp") },
				{ value: "Registered E-Mail", label: __("Registered E-Mail") },
				{ value: "Hand Over", label: __("Hand Over") },
				{ value: "Insurer Notice", label: __("Insurer Notice") },
			],
		},
	],

	onload(report) {
		collections_app.keep_chart_axis(report);
		frappe.breadcrumbs.add("Collections");
		report.page.add_inner_button(__("AB Test of Plans"), () =>
			frappe.set_route("query-report", "AB Test of Plans"),
		);
		// a click on a number opens the messages behind it
		report.$report.on("click", "[data-messages]", (event) => {
			event.preventDefault();
			frappe.set_route(
				"List",
				"Collection Action",
				JSON.parse(event.currentTarget.dataset.messages),
			);
		});
	},

	formatter(value, row, column, data, default_formatter) {
		let text = default_formatter(value, row, column, data);
		if (!data) return text;
		if (["days_to_pay", "paid_rate"].includes(column.fieldname) && (value ?? "") === "")
			return "";
		if (column.fieldname === "channel" && value) text = __(value);
		if (["sent", "failed"].includes(column.fieldname) && value && data.plan) {
			const filters = frappe.query_report.get_filter_values();
			const behind = {
				company: filters.company,
				dunning_plan: data.plan,
				sent_at: ["between", [filters.from_date, filters.to_date]],
			};
			if (data.indent) Object.assign(behind, { channel: data.channel });
			if (column.fieldname === "failed") behind.status = "Failed";
			const given = frappe.utils.escape_html(JSON.stringify(behind));
			text = `<a href="#" data-messages="${given}">${text}</a>`;
		}
		return data.bold ? `<b>${text}</b>` : text;
	},
};
