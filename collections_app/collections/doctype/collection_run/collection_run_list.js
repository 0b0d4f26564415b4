frappe.listview_settings["Collection Run"] = {
	onload(listview) {
		if (!frappe.user.has_role(["Credit Manager", "System Manager"])) return;
		listview.page.add_inner_button(__("Run Cycle"), () => {
			const dialog = new frappe.ui.Dialog({
				title: __("Run the Collections Cycle"),
				fields: [
					{
						fieldname: "company",
						fieldtype: "Link",
						options: "Company",
						label: __("Company"),
						default: frappe.defaults.get_user_default("Company"),
						reqd: 1,
					},
				],
				primary_action_label: __("Run Now"),
				primary_action({ company }) {
					dialog.hide();
					frappe
						.xcall("collections_app.api.cycle.run_cycle", { company })
						.then(({ run }) => frappe.set_route("Form", "Collection Run", run));
				},
			});
			dialog.show();
		});
	},
};
