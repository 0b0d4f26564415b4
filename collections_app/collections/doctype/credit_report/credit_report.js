frappe.ui.form.on("Credit Report", {
	refresh(frm) {
		frm.disable_save();
		const { valid_until, details } = frm.doc;
		if (valid_until && valid_until < frappe.datetime.get_today()) {
			frm.dashboard.set_headline_alert(
				__(
					"Stale: valid until {0}. It counts on as the last word of {1}, less surely with time.",
					[collections_app.date(valid_until), collections_app.escape(frm.doc.provider)],
				),
				"orange",
			);
		}
		frm.toggle_display("details", false);
		frm.get_field("details_view").$wrapper.html(table_of(details));
	},
});

// what else the bureau said, as label and value
function table_of(details) {
	let said;
	try {
		said = JSON.parse(details || "{}");
	} catch {
		said = { [__("Details")]: details };
	}
	const text = (value) =>
		value !== null && typeof value === "object" ? JSON.stringify(value) : String(value ?? "–");
	const rows = Object.entries(said).map(
		([name, value]) =>
			`<tr><td class="text-muted">${collections_app.escape(
				__(frappe.unscrub(name)),
			)}</td><td style="overflow-wrap: anywhere">${collections_app.escape(text(value))}</td></tr>`,
	);
	return rows.length
		? `<table class="table table-sm"><tbody>${rows.join("")}</tbody></table>`
		: "";
}
