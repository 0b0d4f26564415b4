frappe.pages["collections-cockpit"].on_page_load = async function (wrapper) {
	// the page's code and its first answer come at the same time
	const opening = collections_app.call("collections_app.api.cockpit.opening");
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Collections Cockpit"),
		single_column: true,
	});
	await frappe.require("collections_cockpit.bundle.js");
	wrapper.cockpit = new collections_app.Cockpit(page, opening);
};

frappe.pages["collections-cockpit"].on_page_show = function (wrapper) {
	if (wrapper.cockpit) wrapper.cockpit.shown();
};
