frappe.ui.form.on("Dunning Plan", {
	setup(frm) {
		frm.set_query("letter", "steps", () => ({ filters: { enabled: 1 } }));
		frm.set_query("split_plan", () => ({
			filters: {
				enabled: 1,
				name: ["!=", frm.doc.name || ""],
				split_plan: ["is", "not set"],
			},
		}));
	},

	refresh(frm) {
		if (!frm.is_new()) {
			frm.add_custom_button(__("Rehearse"), () => {
				frappe.route_options = { plan: frm.doc.name, company: frm.doc.for_company };
				frappe.set_route("plan-rehearsal");
			});
			if (frm.doc.split_plan) {
				frm.add_custom_button(__("Result of A/B Test"), () =>
					frappe.set_route("query-report", "AB Test of Plans", { plan: frm.doc.name }),
				);
			}
		}
		frm.events.draw(frm);
		frm.events.show_coverage(frm);
		frm.events.show_filters(frm);
		collections_app.suggest_condition_values(frm, "conditions");
	},

	// what was typed last may not have left its field yet
	validate: (frm) => frm.customer_filters && frm.customer_filters.store(),

	// The steps on a line of days around the due date.
	draw(frm) {
		const wrapper = $(frm.get_field("steps").wrapper);
		wrapper.find(".plan-timeline").remove();
		const picture = collections_app.plan_timeline(frm.doc.steps || []);
		if (picture) wrapper.prepend(picture);
	},

	async show_filters(frm) {
		frm.customer_filters = null;
		frm.customer_filters = await collections_app.customer_filters(
			frm,
			"customer_filters",
			"customer_filters_html",
			{
				title: __("Customer Filters"),
				help: __("Any field of the customer, custom fields too. All must hold."),
			},
		);
	},

	show_coverage(frm) {
		const { $wrapper } = frm.get_field("coverage_html");
		return collections_app.plan_coverage($wrapper, frm.is_new() ? null : frm.doc.name);
	},
});

const redraw = (frm) => frm.events.draw(frm);

frappe.ui.form.on("Dunning Plan Step", {
	step_name: redraw,
	trigger_days: redraw,
	day_type: redraw,
	channel: redraw,
	tone: redraw,
	requires_approval: redraw,
	stop_delivery: redraw,
	steps_add: redraw,
	steps_remove: redraw,
	steps_move: redraw,
});
