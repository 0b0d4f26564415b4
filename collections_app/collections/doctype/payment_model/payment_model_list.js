frappe.listview_settings["Payment Model"] = {
	get_indicator(doc) {
		const colours = {
			"In Use": "green",
			"Not Better": "gray",
			Replaced: "gray",
			Failed: "red",
		};
		return [__(doc.status), colours[doc.status] || "orange", `status,=,${doc.status}`];
	},
	refresh: (listview) => collections_app.say_why_empty(listview),
	onload(listview) {
		if (!frappe.user.has_role(["Credit Manager", "System Manager"])) return;
		listview.page.add_inner_button(__("Learn Now"), () => {
			collections_app.ask_company(
				collections_app.learn_payments,
				__("Learn When Customers Pay"),
				__("Learn Now"),
			);
		});
	},
};
