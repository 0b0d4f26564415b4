const PHRASES = {
	"Risk Band": (doc) => __("the customer is in risk band {0} or worse", [doc.band || "…"]),
	"Oldest Overdue": (doc) => __("something is more than {0} days overdue", [doc.threshold || 0]),
	"Credit Limit": (doc) =>
		__("more than {0} % of the credit limit would be used", [doc.threshold || 100]),
	"Credit Cover": (doc) =>
		__("more than {0} would not be insured", [format_number(doc.threshold || 0)]),
};

frappe.ui.form.on("Credit Check Rule", {
	refresh: say,
	condition_on: say,
	band: say,
	threshold: say,
	action: say,
	applies_to: say,
});

// the rule in a sentence
function say(frm) {
	const phrase = PHRASES[frm.doc.condition_on];
	if (!phrase) return;
	const what = __(frm.doc.applies_to);
	const text =
		frm.doc.action === "Block"
			? __("{0}: blocked when {1}.", [what, phrase(frm.doc)])
			: __("{0}: warned when {1}.", [what, phrase(frm.doc)]);
	frm.set_intro("");
	frm.set_intro(text, frm.doc.action === "Block" ? "red" : "orange");
}
