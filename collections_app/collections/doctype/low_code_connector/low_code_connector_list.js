frappe.listview_settings["Low-code Connector"] = {
	add_fields: ["category"],
	hide_name_column: true,

	onload(list) {
		if (!frappe.model.can_create("Low-code Connector")) return;
		list.page.add_inner_button(__("Import"), () => collections_app.low_code_transfer.import());
	},
};
