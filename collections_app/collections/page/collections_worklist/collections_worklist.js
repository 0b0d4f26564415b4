frappe.pages["collections-worklist"].on_page_load = async function (wrapper) {
	// the page's code and what it shows first come at the same time, unless other rows are asked for
	const filters = { company: frappe.defaults.get_user_default("Company") || null };
	const is_plain = !Object.keys(frappe.route_options || {}).length;
	const opening =
		is_plain && collections_app.call("collections_app.api.worklist.opening", { filters });
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Worklist"),
		single_column: true,
	});
	await frappe.require("worklist.bundle.js");
	wrapper.worklist = new collections_app.CollectionsWorklist(page, opening);
};

frappe.pages["collections-worklist"].on_page_show = function (wrapper) {
	if (wrapper.worklist) wrapper.worklist.shown();
};
