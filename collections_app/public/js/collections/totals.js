// Lists of what is of all customers of a company: who sees some customers only finds them empty, and is told why.
frappe.provide("collections_app");

collections_app.say_why_empty = async function (listview) {
	if (listview.data.length) return;
	if (await frappe.xcall("collections_app.api.access.sees_totals")) return;
	listview.page.clear_primary_action();
	const text = __("These are of all customers of a company, and you do not see all of them.");
	listview.$no_result.html(
		`<div class="no-result text-muted flex justify-center align-center"><p>${text}</p></div>`,
	);
};
