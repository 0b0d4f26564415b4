frappe.listview_settings["Collector Absence"] = {
	add_fields: ["status", "collector_name"],

	get_indicator({ status }) {
		const colour = { Planned: "blue", Running: "yellow", Over: "gray" }[status];
		return [__(status), colour, `status,=,${status}`];
	},
};
