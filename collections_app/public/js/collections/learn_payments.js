// "Learn Now" of the list and the form of Payment Models
frappe.provide("collections_app");

collections_app.learn_payments = (company) =>
	frappe
		.xcall("collections_app.api.prediction.learn_payments", { company })
		.then((message) => frappe.show_alert({ message, indicator: "blue" }));
