frappe.listview_settings["Collection Case"] = {
	add_fields: [
		"status",
		"stage",
		"currency",
		"escalated",
		"next_action_on",
		"next_action_reason",
	],
	hide_name_column: true,
	filters: [["status", "=", "Open"]],

	// an open case shows its stage: that it is open is the filter
	get_indicator(doc) {
		if (doc.status !== "Open") return [__(doc.status), "gray", `status,=,${doc.status}`];
		if (doc.escalated) return [__("Escalated"), "red", "escalated,=,1|status,=,Open"];
		const colour = {
			New: "gray",
			Reminded: "orange",
			Promised: "blue",
			Disputed: "yellow",
			"Handed Over": "purple",
		}[doc.stage];
		return [__(doc.stage), colour || "orange", `stage,=,${doc.stage}|status,=,Open`];
	},

	formatters: {
		risk_band: (value) => collections_app.risk_badge(value),
		next_action: (value, _df, doc) => {
			const text = [value, collections_app.date(doc.next_action_on)]
				.filter(Boolean)
				.join(", ");
			const why = collections_app.escape(doc.next_action_reason || "");
			return `<span title="${why}">${collections_app.escape(text)}</span>`;
		},
	},

	onload(listview) {
		listview.page.add_inner_button(__("Worklist"), () =>
			frappe.set_route("query-report", "Collections Worklist"),
		);
		if (!frappe.model.can_write("Collection Case")) return;
		const done = () => {
			listview.clear_checked_items();
			listview.refresh();
		};
		listview.page.add_actions_menu_item(
			__("Reassign"),
			() => collections_app.reassign({ names: listview.get_checked_items(true), done }),
			false,
		);
		if (frappe.user.has_role("Credit Manager") || frappe.user.has_role("System Manager")) {
			listview.page.add_menu_item(__("Reassign All Cases of a Collector"), () =>
				collections_app.reassign_all({ done }),
			);
		}
	},
};
