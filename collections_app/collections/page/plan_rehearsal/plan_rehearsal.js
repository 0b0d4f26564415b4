frappe.pages["plan-rehearsal"].on_page_load = async function (wrapper) {
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Plan Rehearsal"),
		single_column: true,
	});
	await frappe.require("plan_rehearsal.bundle.js");
	wrapper.rehearsal = new collections_app.PlanRehearsal(page);
};

frappe.pages["plan-rehearsal"].on_page_show = function (wrapper) {
	if (wrapper.rehearsal) wrapper.rehearsal.take_route_options();
};
