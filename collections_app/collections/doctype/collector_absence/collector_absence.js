frappe.ui.form.on("Collector Absence", {
	setup(frm) {
		for (const field of ["collector", "deputy"]) {
			frm.set_query(field, () => ({ filters: { enabled: 1 } }));
		}
	},

	refresh(frm) {
		frm.add_custom_button(__("Team"), () => frappe.set_route("collections-team"));
		if (frm.doc.status !== "Running" || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Is Back"), async () => {
			await frappe.xcall("collections_app.api.team.end_absence", { absence: frm.doc.name });
			frappe.show_alert({
				message: __("The cases come back in a moment."),
				indicator: "green",
			});
		});
	},
});
