// Who works a case: reassign one or many, escalate, end the escalation.
frappe.provide("collections_app");

const user_field = (fieldname, label, extra = {}) => ({
	fieldname,
	fieldtype: "Link",
	label,
	options: "User",
	reqd: 1,
	filters: { enabled: 1 },
	...extra,
});

const reason_field = (reqd, label = __("Reason")) => ({
	fieldname: "reason",
	fieldtype: "Small Text",
	label,
	reqd,
});

function reassigned(done) {
	return ({ reassigned: count }) => {
		frappe.show_alert({
			message: count === 1 ? __("1 case reassigned") : __("{0} cases reassigned", [count]),
			indicator: count ? "green" : "orange",
		});
		if (done) done();
	};
}

// `names`: cases; `collector`: proposed.
collections_app.reassign = function ({ names, collector: proposed, done }) {
	const dialog = new frappe.ui.Dialog({
		title: names.length === 1 ? __("Reassign") : __("Reassign {0} Cases", [names.length]),
		fields: [
			user_field("collector", __("To Collector"), {
				default: proposed,
				description: __("Open tasks of the cases move too"),
			}),
			reason_field(0),
		],
		primary_action_label: __("Reassign"),
		primary_action: ({ collector, reason }) =>
			collections_app.submit(
				dialog,
				"reassign",
				{ names, collector, reason },
				__("Saved"),
				reassigned(done),
			),
	});
	dialog.show();
};

// All cases of one collector to another: a holiday, a leaver.
collections_app.reassign_all = function ({ from_user, company, done }) {
	const dialog = new frappe.ui.Dialog({
		title: __("Reassign All Cases"),
		fields: [
			user_field("from_user", __("From Collector"), { default: from_user, filters: {} }),
			user_field("to_user", __("To Collector")),
			{
				fieldname: "company",
				fieldtype: "Link",
				label: __("Only of Company"),
				options: "Company",
				default: company,
			},
			reason_field(0),
		],
		primary_action_label: __("Reassign All"),
		primary_action: (values) =>
			collections_app.submit(dialog, "reassign_all", values, __("Saved"), reassigned(done)),
	});
	dialog.show();
};

collections_app.escalate = function ({ case: case_name, done }) {
	const dialog = new frappe.ui.Dialog({
		title: __("Escalate"),
		fields: [
			user_field("to", __("Who Decides"), {
				description: __("Gets a task; the collector keeps the case"),
			}),
			reason_field(1, __("What Is to Be Decided")),
		],
		primary_action_label: __("Escalate"),
		primary_action: ({ to, reason }) =>
			collections_app.submit(
				dialog,
				"escalate",
				{ case: case_name, to, reason },
				__("Escalated"),
				done,
			),
	});
	dialog.show();
};

collections_app.de_escalate = function ({ case: case_name, done }) {
	const dialog = new frappe.ui.Dialog({
		title: __("End Escalation"),
		fields: [{ fieldname: "note", fieldtype: "Small Text", label: __("What Was Decided") }],
		primary_action_label: __("End Escalation"),
		primary_action: ({ note }) =>
			collections_app.submit(
				dialog,
				"de_escalate",
				{ case: case_name, note },
				__("The escalation is over"),
				done,
			),
	});
	dialog.show();
};
