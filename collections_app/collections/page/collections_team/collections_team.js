frappe.pages["collections-team"].on_page_load = async function (wrapper) {
	// the page's code and its first answer come at the same time
	const choices = collections_app.call("collections_app.api.team.choices");
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Team"),
		single_column: true,
	});
	await frappe.require("team.bundle.js");
	wrapper.team = new collections_app.TeamPage(page, choices);
};

frappe.pages["collections-team"].on_page_show = function (wrapper) {
	if (wrapper.team) wrapper.team.shown();
};
