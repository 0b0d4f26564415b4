// One key for each decision, while nobody is typing and no dialog is open.
const KEYS = {
	a: "accept",
	s: "split",
	o: "on_account",
	i: "ignore",
	n: "not_a_customer",
	z: "undo",
	j: "next",
	arrowdown: "next",
	k: "previous",
	arrowup: "previous",
	"?": "help",
};

export function listen(review) {
	document.addEventListener("keydown", (event) => {
		if ((frappe.get_route() || [])[0] !== "cash-review") return;
		if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
		if (document.querySelector(".modal.show")) return;
		const action = action_of(event, review);
		if (!action) return;
		event.preventDefault();
		if (typeof action === "number") review.busy || review.accept(action);
		else review.run(action);
	});
}

function action_of(event, review) {
	const target = event.target;
	const key = event.key.toLowerCase();
	const splitting = Boolean(review.detail.allocation);
	if (key === "escape" && splitting) return "close";
	if (target.closest(".review-allocation")) {
		// in the split, Enter on an amount takes the amount; outside of fields it applies
		return "";
	}
	if (target.closest("input, textarea, select, [contenteditable=true]")) return "";
	if (key === "enter") {
		if (target.closest("a, .btn")) return "";
		return splitting ? "apply_split" : "accept";
	}
	if (/^[1-9]$/.test(key) && !splitting) return Number(key);
	return KEYS[key] || "";
}
