// proposing credit limits and deciding on them, from the list, the form and the policy
frappe.provide("collections_app");

collections_app.propose_limits = (company) =>
	frappe
		.xcall("collections_app.api.credit.propose_limits", { company })
		.then((message) => frappe.show_alert({ message, indicator: "blue" }));

collections_app.decide_limits = async (method, names) => {
	if (!names.length) return;
	const { done, failed } = await frappe.xcall(`collections_app.api.credit.${method}`, { names });
	if (done.length) {
		const message =
			method === "approve_limits"
				? __("{0} limits set", [done.length])
				: __("{0} proposals rejected", [done.length]);
		frappe.show_alert({ message, indicator: "green" });
	}
	if (failed.length) {
		const lines = failed.map(
			({ name, error }) =>
				`<li>${collections_app.link("Credit Limit Proposal", name, name)}: ${error}</li>`,
		);
		frappe.msgprint({
			title: __("Not Done"),
			indicator: "orange",
			message: `<ul>${lines.join("")}</ul>`,
		});
	}
};
