frappe.pages["cash-review"].on_page_load = async function (wrapper) {
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Cash Review"),
		single_column: true,
	});
	await frappe.require("cash_review.bundle.js");
	wrapper.review = new collections_app.CashReview(page);
};

frappe.pages["cash-review"].on_page_show = function (wrapper) {
	if (wrapper.review) wrapper.review.shown();
};
