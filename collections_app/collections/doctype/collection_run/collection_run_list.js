frappe.listview_settings["Collection Run"] = {
	refresh: (listview) => collections_app.say_why_empty(listview),
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
						.then((run) => collections_app.show_run(run, company));
				},
			});
			dialog.show();
		});
	},
};
