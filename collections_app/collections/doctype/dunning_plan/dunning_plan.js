frappe.ui.form.on("Dunning Plan", {
	setup(frm) {
		frm.set_query("letter", "steps", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		if (!frm.is_new()) {
			frm.add_custom_button(__("Rehearse"), () => {
				frappe.route_options = { plan: frm.doc.name, company: frm.doc.for_company };
				frappe.set_route("plan-rehearsal");
			});
		}
		frm.events.draw(frm);
		frm.events.show_coverage(frm);
	},

	after_save: (frm) => frm.events.show_coverage(frm),

	// The steps on a line of days around the due date.
	draw(frm) {
		const wrapper = $(frm.get_field("steps").wrapper);
		wrapper.find(".plan-timeline").remove();
		const picture = collections_app.plan_timeline(frm.doc.steps || []);
		if (picture) wrapper.prepend(picture);
	},

	async show_coverage(frm) {
		const field = frm.get_field("coverage_html");
		if (frm.is_new()) {
			field.$wrapper.html(
				`<p class="text-muted">${__("Save to see how many customers this plan catches.")}</p>`,
			);
			return;
		}
		const name = frm.doc.name;
		field.$wrapper.html(`<p class="text-muted">${__("Counting customers...")}</p>`);
		const found = await frappe.xcall("collections_app.api.plans.coverage", { plan: name });
		if (frm.doc.name !== name) return;
		const share = found.total ? Math.round((found.customers / found.total) * 100) : 0;
		const without = found.uncovered
			? `<p class="text-warning">${__("{0} customers are caught by no plan.", [found.uncovered])}</p>`
			: "";
		field.$wrapper.html(
			`<p>${__("Catches {0} of {1} customers ({2} %).", [
				`<b>${found.customers}</b>`,
				found.total,
				share,
			])}</p>${without}`,
		);
	},
});

const redraw = (frm) => frm.events.draw(frm);

frappe.ui.form.on("Dunning Plan Step", {
	step_name: redraw,
	trigger_days: redraw,
	channel: redraw,
	requires_approval: redraw,
	steps_add: redraw,
	steps_remove: redraw,
	steps_move: redraw,
});
