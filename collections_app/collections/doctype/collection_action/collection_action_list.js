frappe.listview_settings["Collection Action"] = {
	add_fields: ["status", "currency"],
	hide_name_column: true,

	onload(listview) {
		if (!frappe.model.can_write("Collection Action")) return;
		const call = (method, args) =>
			frappe
				.call({
					method: `collections_app.api.actions.${method}`,
					args: { names: listview.get_checked_items(true), ...args },
					freeze: true,
				})
				.then(({ message }) => {
					collections_app.show_counts(message);
					listview.clear_checked_items();
					listview.refresh();
				});
		listview.page.add_actions_menu_item(__("Approve"), () => call("approve"), false);
		listview.page.add_actions_menu_item(
			__("Cancel with Reason"),
			() =>
				collections_app.ask_reason(__("Cancel Messages"), (reason) =>
					call("cancel", { reason }),
				),
			false,
		);
	},
};
