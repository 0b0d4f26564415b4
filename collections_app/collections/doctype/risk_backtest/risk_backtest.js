frappe.ui.form.on("Risk Backtest", {
	setup(frm) {
		frappe.realtime.on("risk_backtest", ({ name }) => {
			if (name === frm.doc.name) frm.reload_doc();
		});
	},

	refresh(frm) {
		const { doc } = frm;
		const busy = ["Queued", "Running"].includes(doc.status);
		if (busy) {
			frm.dashboard.clear_headline();
			frm.dashboard.show_progress(
				__("Backtest"),
				Math.max(3, doc.progress || 0),
				__("{0} % done", [Math.round(doc.progress || 0)]),
			);
			// where realtime events do not come through, it is asked for
			frm.look_again = setTimeout(() => frm.doc.name === doc.name && frm.reload_doc(), 4000);
		}
		if (!frm.is_new() && !busy && frappe.model.can_write("Risk Backtest")) {
			frm.add_custom_button(doc.status === "Draft" ? __("Start") : __("Run Again"), () =>
				frm.events.start(frm),
			).addClass(doc.status === "Draft" ? "btn-primary" : "");
		}
		if (doc.status === "Too Little History" || doc.status === "Failed") {
			frm.dashboard.set_headline(
				collections_app.escape(doc.message || ""),
				doc.status === "Failed" ? "red" : "orange",
			);
		}
		const { $wrapper } = frm.get_field("result_view");
		$wrapper.empty();
		if (doc.status === "Done" && doc.result) {
			collections_app.risk_backtest($wrapper, JSON.parse(doc.result), doc.message);
		}
	},

	async start(frm) {
		clearTimeout(frm.look_again);
		if (frm.is_dirty()) await frm.save();
		await frappe.xcall("collections_app.api.scoring.start_backtest", { name: frm.doc.name });
		frm.reload_doc();
	},
});
