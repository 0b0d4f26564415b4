// a model is written when it is learned, never by hand
frappe.ui.form.on("Payment Model", {
	refresh(frm) {
		frm.disable_save();
		draw_proof(frm);
		if (frappe.user.has_role(["Credit Manager", "System Manager"])) {
			frm.add_custom_button(__("Learn Now"), () =>
				collections_app.learn_payments(frm.doc.company),
			);
		}
	},
});

function draw_proof(frm) {
	const target = frm.get_field("proof").$wrapper.empty();
	const bins = JSON.parse(frm.doc.calibration || "[]");
	if (!bins.length) {
		target.append(`<p class="text-muted">${__("No later invoices to prove it on.")}</p>`);
		return;
	}
	target.append(`<div class="row">
		<div class="col-md-5">${comparison(frm.doc)}</div>
		<div class="col-md-7"><div class="calibration"></div></div>
	</div>`);
	const percent = (share) => Math.round(share * 1000) / 10;
	new frappe.Chart(target.find(".calibration")[0], {
		title: __("Share paid late (%), by predicted chance (% and up)"),
		type: "axis-mixed",
		height: 220,
		colors: ["#4299E1", "#A0AEC0"],
		data: {
			labels: bins.map((bin) => String(bin.tenth * 10)),
			datasets: [
				{
					name: __("Paid Late"),
					chartType: "bar",
					values: bins.map((bin) => percent(bin.late)),
				},
				{
					name: __("Predicted"),
					chartType: "line",
					values: bins.map((bin) => percent(bin.chance)),
				},
			],
		},
	});
}

function comparison(doc) {
	const rows = [
		[__("Tells late from punctual (AUC)"), doc.auc, doc.baseline_auc, 3, true],
		[__("Error of the probability (Brier)"), doc.brier, doc.baseline_brier, 4, false],
		[__("Error of the day, in days"), doc.mae_days, doc.baseline_mae_days, 1, false],
	];
	const body = rows
		.map(([label, model, baseline, digits, more_is_better]) => {
			const better = more_is_better ? model > baseline : model < baseline;
			return `<tr><td>${label}</td>
				<td class="text-right ${better ? "text-success bold" : ""}">${format_number(model, null, digits)}</td>
				<td class="text-right">${format_number(baseline, null, digits)}</td></tr>`;
		})
		.join("");
	return `<table class="table table-sm">
		<thead><tr><th></th><th class="text-right">${__("Model")}</th>
			<th class="text-right">${__("Averages")}</th></tr></thead>
		<tbody>${body}</tbody></table>
		<p class="text-muted small">${__(
			"On {0} later invoices it had not seen. Predicted and real shares differ by {1} % on average.",
			[doc.outcomes, format_number(100 * doc.calibration_error, null, 1)],
		)}</p>`;
}
