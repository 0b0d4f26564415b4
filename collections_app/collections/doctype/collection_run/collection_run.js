const POLL_MS = 2000;
const WORKING = ["Queued", "Running"];

frappe.ui.form.on("Collection Run", {
	setup(frm) {
		frappe.realtime.on("collection_run_progress", (data) => {
			if (data.run === frm.doc.name) frm.events.poll(frm);
		});
	},

	refresh(frm) {
		frm.toggle_display(["steps", "section_messages"], false);
		frm.events.show(frm, frm.doc);
		if (frm.is_new()) {
			frm.enable_save();
			frm.set_intro(
				__(
					"Save, then run. A company and date are run once; running again repeats safely.",
				),
			);
			return;
		}
		frm.disable_save();
		frm.events.add_buttons(frm);
		if (WORKING.includes(frm.doc.status)) frm.events.keep_polling(frm);
	},

	add_buttons(frm) {
		const may_run = frappe.user.has_role(["Credit Manager", "System Manager"]);
		if (may_run && !WORKING.includes(frm.doc.status)) {
			const label = frm.doc.repeats ? __("Run Again") : __("Run Now");
			frm.add_custom_button(label, () => frm.events.run(frm)).addClass("btn-primary");
		}
		frm.add_custom_button(__("Worklist"), () => {
			frappe.route_options = { company: frm.doc.company };
			frappe.set_route("query-report", "Collections Worklist");
		});
		frm.add_custom_button(__("Outbox"), () => {
			frappe.set_route("List", "Collection Action", { run: frm.doc.name });
		});
	},

	run(frm) {
		return frappe
			.call({
				method: "collections_app.api.cycle.run_cycle",
				args: { company: frm.doc.company, run_date: frm.doc.run_date },
				freeze: true,
			})
			.then(() => frm.reload_doc());
	},

	show(frm, run) {
		frm.get_field("progress_html").$wrapper.html(
			run.steps && run.steps.length
				? collections_app.run_steps_html(run) +
						collections_app.run_messages_html(
							WORKING.includes(run.status) ? [] : frm.doc.messages,
						)
				: `<p class="text-muted">${__("Not run yet.")}</p>`,
		);
	},

	keep_polling(frm) {
		clearTimeout(frm.poll_timer);
		frm.poll_timer = setTimeout(() => {
			// the form starts again by its own refresh when the user comes back
			if ($(frm.wrapper).is(":visible")) frm.events.poll(frm);
		}, POLL_MS);
	},

	async poll(frm) {
		const name = frm.doc.name;
		const run = await frappe.xcall("collections_app.api.cycle.progress", { run: name });
		if (frm.doc.name !== name) return;
		if (!WORKING.includes(run.status)) {
			clearTimeout(frm.poll_timer);
			frm.reload_doc();
			return;
		}
		frm.events.show(frm, run);
		Object.assign(frm.doc, { status: run.status, progress: run.progress });
		["status", "progress"].forEach((field) => frm.refresh_field(field));
		frm.page.set_indicator(__(run.status), collections_app.STATUS_COLOURS[run.status]);
		frm.events.keep_polling(frm);
	},
});
