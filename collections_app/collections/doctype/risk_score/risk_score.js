frappe.ui.form.on("Risk Score", {
	setup(frm) {
		const factor = frappe.meta.get_docfield("Risk Score Factor", "factor");
		factor.formatter = collections_app.factor_label;
	},

	refresh(frm) {
		// a score is worked out by the run, never written by hand
		frm.disable_save();
		frm.add_custom_button(__("Customer"), () =>
			frappe.set_route("Form", "Customer", frm.doc.customer),
		);
		frm.events.show(frm);
	},

	async show(frm) {
		const { doc } = frm;
		const { $wrapper } = frm.get_field("overview");
		const changes = doc.changes ? JSON.parse(doc.changes) : [];
		const learned = Boolean(doc.has_learned);
		collections_app.end_charts($wrapper);
		$wrapper.html(`<div class="risk-overview">
			${collections_app.risk_gauge({ ...doc, bands: await bands_of(doc.scorecard) })}
			<div class="risk-note">${collections_app.risk_sureness(doc)}</div>
			<div class="risk-columns">
				<div class="risk-part"><h5>${__("Why")}</h5>
					${collections_app.risk_factors(doc.factors || [], { learned })}</div>
				<div><div class="risk-part"><h5>${__("What Would Change It")}</h5>
					${collections_app.risk_changes(changes)}</div>
				<div class="risk-part"><h5>${__("Its Course")}</h5><div class="risk-course" data-chart="course"></div></div></div>
			</div>
		</div>`);
		collections_app.fold_risk_factors($wrapper);
		const rows = await frappe.xcall("collections_app.api.scoring.history", {
			customer: doc.customer,
			company: doc.company,
		});
		collections_app.risk_history($wrapper.find(".risk-course")[0], rows);
	},
});

async function bands_of(scorecard) {
	const fields = ["band_a_from", "band_b_from", "band_c_from", "band_d_from"];
	const { message } = await frappe.db.get_value("Risk Scorecard", scorecard, fields);
	return message && message.band_a_from ? fields.map((field) => message[field]) : undefined;
}
