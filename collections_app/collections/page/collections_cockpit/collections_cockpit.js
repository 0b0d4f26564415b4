frappe.pages["collections-cockpit"].on_page_load = async function (wrapper) {
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Collections Cockpit"),
		single_column: true,
	});
	await frappe.require("collections_cockpit.bundle.js");
	wrapper.cockpit = new collections_app.Cockpit(page);
};

frappe.pages["collections-cockpit"].on_page_show = function (wrapper) {
	if (wrapper.cockpit) wrapper.cockpit.shown();
};
