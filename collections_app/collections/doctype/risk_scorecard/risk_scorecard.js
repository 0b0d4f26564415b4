frappe.ui.form.on("Risk Scorecard", {
	setup(frm) {
		const factor = frappe.meta.get_docfield("Risk Scorecard Factor", "factor");
		factor.formatter = collections_app.factor_label;
	},

	refresh: (frm) => frm.events.show_sum(frm),

	show_sum(frm) {
		const sum = (frm.doc.factors || []).reduce((total, row) => total + flt(row.weight), 0);
		const even = Math.abs(sum - 100) < 0.005;
		const text = even
			? __("The weights add up to 100 %.")
			: __(
					"The weights add up to {0} %. The score is worked out as if they were scaled to 100 %.",
					[format_number(sum, null, 1)],
				);
		const place = $(frm.get_field("factors").wrapper);
		place.find(".weights-sum").remove();
		place.append(
			`<div class="weights-sum small ${even ? "text-muted" : "text-warning"}">${text}</div>`,
		);
	},
});

const show_sum = (frm) => frm.events.show_sum(frm);

frappe.ui.form.on("Risk Scorecard Factor", {
	weight: show_sum,
	factors_add: show_sum,
	factors_remove: show_sum,
});
