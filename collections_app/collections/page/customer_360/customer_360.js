frappe.pages["customer-360"].on_page_load = async function (wrapper) {
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Customer 360"),
		single_column: true,
	});
	await frappe.require("customer_360.bundle.js");
	wrapper.customer_360 = new collections_app.Customer360(page);
};

frappe.pages["customer-360"].on_page_show = function (wrapper) {
	if (wrapper.customer_360) wrapper.customer_360.shown();
};
