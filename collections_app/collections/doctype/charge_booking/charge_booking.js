frappe.ui.form.on("Charge Booking", {
	refresh(frm) {
		// the app writes these records
		frm.disable_save();
		if (!["Failed", "Cancelled"].includes(frm.doc.status) || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Book Now"), () =>
			frappe
				.call({
					method: "collections_app.api.charges.book_now",
					args: { booking: frm.doc.name },
					freeze: true,
				})
				.then(() => frm.reload_doc()),
		);
	},
});
