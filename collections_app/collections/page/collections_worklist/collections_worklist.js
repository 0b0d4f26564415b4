frappe.pages["collections-worklist"].on_page_load = async function (wrapper) {
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Worklist"),
		single_column: true,
	});
	await frappe.require("worklist.bundle.js");
	wrapper.worklist = new collections_app.CollectionsWorklist(page);
};

frappe.pages["collections-worklist"].on_page_show = function (wrapper) {
	if (wrapper.worklist) wrapper.worklist.shown();
};
