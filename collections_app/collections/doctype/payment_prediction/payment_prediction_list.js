frappe.listview_settings["Payment Prediction"] = {
	hide_name_column: true,
	formatters: {
		late_chance(value) {
			const colour = value >= 80 ? "red" : value >= 50 ? "orange" : "green";
			return `<span class="indicator-pill ${colour}">${format_number(value, null, 0)} %</span>`;
		},
	},
};
