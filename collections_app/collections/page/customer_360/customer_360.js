frappe.pages["customer-360"].on_page_load = async function (wrapper) {
	// the page's code and its head come at the same time
	const [, customer] = frappe.get_route();
	const { company = null } = frappe.route_options || {};
	const head = customer && {
		...{ customer, company },
		call: collections_app.call("collections_app.api.customer_360.head", { customer, company }),
	};
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Customer 360"),
		single_column: true,
	});
	await frappe.require("customer_360.bundle.js");
	wrapper.customer_360 = new collections_app.Customer360(page, head);
};

frappe.pages["customer-360"].on_page_show = function (wrapper) {
	if (wrapper.customer_360) wrapper.customer_360.shown();
};
