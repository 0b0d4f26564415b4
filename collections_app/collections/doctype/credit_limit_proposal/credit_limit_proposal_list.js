frappe.listview_settings["Credit Limit Proposal"] = {
	hide_name_column: true,
	add_fields: ["currency"],
	filters: [["status", "=", "Proposed"]],
	get_indicator(doc) {
		const colours = {
			Proposed: "orange",
			Approved: "green",
			Rejected: "red",
			Replaced: "gray",
		};
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	formatters: {
		risk_band: (value) => (value ? collections_app.risk_badge(value) : ""),
		// a limit of 0 is none
		current_limit: (value, df, doc) =>
			value
				? format_currency(value, doc.currency)
				: `<span class="text-muted">${__("none")}</span>`,
	},
	onload(listview) {
		if (!frappe.user.has_role(["Credit Manager", "System Manager"])) return;
		listview.page.add_inner_button(__("Propose Limits"), () => {
			collections_app.ask_company(
				collections_app.propose_limits,
				__("Propose Credit Limits"),
				__("Propose"),
			);
		});
		const decide = async (method) => {
			await collections_app.decide_limits(method, listview.get_checked_items(true));
			listview.clear_checked_items();
			listview.refresh();
		};
		listview.page.add_action_item(__("Approve"), () => decide("approve_limits"));
		listview.page.add_action_item(__("Reject"), () => decide("reject_limits"));
	},
};
