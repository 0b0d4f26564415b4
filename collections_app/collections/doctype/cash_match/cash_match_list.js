frappe.listview_settings["Cash Match"] = {
	add_fields: ["status", "currency"],
	hide_name_column: true,
	filters: [["status", "=", "To Review"]],

	onload(listview) {
		listview.page.add_inner_button(__("Cash Review"), () => frappe.set_route("cash-review"));
		if (!frappe.model.can_write("Cash Match")) return;
		listview.page.add_actions_menu_item(
			__("Ignore"),
			() =>
				collections_app.ask_reason(
					__("Ignore Payments"),
					async (reason) => {
						for (const match of listview.get_checked_items(true)) {
							await frappe.xcall("collections_app.api.cash.ignore", {
								match,
								reason,
							});
						}
						listview.clear_checked_items();
						listview.refresh();
					},
					{ reqd: 0 },
				),
			false,
		);
	},
};
