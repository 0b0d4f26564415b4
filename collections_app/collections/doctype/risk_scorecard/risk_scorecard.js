const { escape } = collections_app;

frappe.ui.form.on("Risk Scorecard", {
	setup(frm) {
		frm.preview_soon = frappe.utils.debounce(() => frm.events.show_preview(frm), 700);
	},

	async onload(frm) {
		frm.risk_catalogue = await frappe.xcall("collections_app.api.scoring.catalogue");
		show_in_words(frm);
	},

	refresh(frm) {
		frm.events.show_sum(frm);
		frm.events.show_learned(frm);
		show_in_words(frm);
		frm.preview_soon();
		const { grid } = frm.get_field("factors");
		grid.add_custom_button(__("Edit Curve"), () =>
			edit_curve(frm, grid.get_selected_children()[0]),
		);
		if (frm.is_new()) return;
		frm.add_custom_button(__("Backtest"), () =>
			frappe.new_doc("Risk Backtest", {
				scorecard: frm.doc.name,
				company: frappe.defaults.get_user_default("Company"),
			}),
		);
		if (frappe.model.can_write("Risk Scorecard")) {
			frm.add_custom_button(__("Learn Now"), () => learn_now());
		}
	},

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

	async show_preview(frm) {
		const { $wrapper } = frm.get_field("preview");
		if (!frappe.model.can_write("Risk Scorecard") || !(frm.doc.factors || []).length) {
			$wrapper.empty();
			return;
		}
		const asked = (frm.preview_asked = (frm.preview_asked || 0) + 1);
		if (!$wrapper.children().length) {
			$wrapper.html(`<div class="text-muted">${__("Loading...")}</div>`);
		}
		const answer = await frappe.xcall("collections_app.api.scoring.preview", {
			scorecard: { ...frm.doc, name: frm.is_new() ? null : frm.doc.name },
			company: frappe.defaults.get_user_default("Company"),
		});
		if (asked === frm.preview_asked) collections_app.risk_preview($wrapper, answer);
	},

	async show_learned(frm) {
		const { $wrapper } = frm.get_field("learned");
		const rows = await frappe.db.get_list("Risk Model", {
			fields: [
				"name",
				"company",
				"status",
				"message",
				"learned_on",
				"auc",
				"scorecard_auc",
				"psi",
			],
			order_by: "learned_on desc, creation desc",
			limit: 5,
		});
		$wrapper.html(collections_app.risk_models(rows));
	},
});

// labels for keys, the standard curve where none is given, no threshold for a rule that has none
function show_in_words(frm) {
	const formatters = {
		factors: {
			factor: (key) => escape(factor_label(frm, key)),
			curve: (text, _df, _options, row) => curve_text(frm, text, row),
		},
		hard_rules: {
			rule: (key) => escape(rule_label(frm, key)),
			threshold: (value, _df, _options, row) =>
				has_threshold(frm, row)
					? `<div style="text-align: right">${format_number(value, null, 0)}</div>`
					: "<div></div>",
		},
	};
	for (const [table, fields] of Object.entries(formatters)) {
		const { grid } = frm.get_field(table);
		for (const [field, formatter] of Object.entries(fields)) {
			// rows that come later copy the field of the meta
			frappe.meta.get_docfield(grid.doctype, field).formatter = formatter;
			grid.update_docfield_property(field, "formatter", formatter);
		}
	}
}

const factor_label = (frm, key) =>
	__(((frm.risk_catalogue || {}).factors || {})[key]?.label || frappe.unscrub(key || ""));

const rule_label = (frm, key) =>
	__(((frm.risk_catalogue || {}).rules || {})[key]?.label || frappe.unscrub(key || ""));

const has_threshold = (frm, row) => {
	const rule = ((frm.risk_catalogue || {}).rules || {})[row?.rule];
	return !rule || rule.threshold !== null;
};

// the curve that counts, the standard one greyed
function curve_text(frm, text, row) {
	if (text) return escape(text);
	const factor = ((frm.risk_catalogue || {}).factors || {})[row?.factor];
	return `<span class="text-muted">${escape(factor ? factor.curve : __("Standard"))}</span>`;
}

function edit_curve(frm, row) {
	const factor = row && ((frm.risk_catalogue || {}).factors || {})[row.factor];
	if (!factor) return frappe.msgprint(__("Tick the factor whose curve you want to edit"));
	collections_app.risk_curve_dialog({
		factor,
		curve: row.curve || factor.curve,
		done: (text) =>
			frappe.model.set_value(
				row.doctype,
				row.name,
				"curve",
				text === factor.curve ? "" : text,
			),
	});
}

function learn_now() {
	collections_app.ask_company(
		async (company) => {
			await frappe.xcall("collections_app.api.scoring.learn_now", { company });
			frappe.show_alert({ message: __("The model is being learned"), indicator: "blue" });
		},
		__("Learn from the Company's History"),
		__("Learn"),
	);
}

const changed = (frm) => {
	frm.events.show_sum(frm);
	frm.preview_soon();
};

for (const field of [
	"minimum_history",
	"half_life",
	"band_a_from",
	"band_b_from",
	"band_c_from",
	"band_d_from",
]) {
	frappe.ui.form.on("Risk Scorecard", { [field]: changed });
}

frappe.ui.form.on("Risk Scorecard Factor", {
	factor: changed,
	weight: changed,
	curve: changed,
	factors_add: changed,
	factors_remove: changed,
	edit_curve: (frm, doctype, name) => edit_curve(frm, locals[doctype][name]),
});

frappe.ui.form.on("Risk Scorecard Rule", {
	enabled: changed,
	threshold: changed,
	band: changed,
	hard_rules_add: changed,
	hard_rules_remove: changed,
	rule(frm, doctype, name) {
		const row = locals[doctype][name];
		const rule = ((frm.risk_catalogue || {}).rules || {})[row.rule];
		if (rule) {
			frappe.model.set_value(doctype, name, "threshold", rule.threshold || 0);
			frappe.model.set_value(doctype, name, "band", rule.band);
		}
		changed(frm);
	},
});
