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
	onload(listview) {
		if (!frappe.user.has_role(["Credit Manager", "System Manager"])) return;
		listview.page.add_inner_button(__("Learn Now"), () => {
			frappe.prompt(
				{
					fieldname: "company",
					fieldtype: "Link",
					options: "Company",
					label: __("Company"),
					reqd: 1,
					default: frappe.defaults.get_user_default("Company"),
				},
				({ company }) => collections_app.learn_payments(company),
				__("Learn When Customers Pay"),
				__("Learn Now"),
			);
		});
	},
};
