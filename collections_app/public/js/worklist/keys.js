import { show_keys } from "../shared/keys.js";

// One key for each action, while nobody is typing and no dialog is open.
export const KEYS = {
	c: "call",
	e: "mail",
	p: "promise",
	d: "dispute",
	h: "pause",
	a: "approve",
	r: "reassign",
	s: "snooze",
	o: "open",
	j: "next",
	arrowdown: "next",
	k: "previous",
	arrowup: "previous",
	"/": "search",
	"?": "help",
};

export function listen(worklist) {
	document.addEventListener("keydown", (event) => {
		if ((frappe.get_route() || [])[0] !== "collections-worklist") return;
		if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
		if (document.querySelector(".modal.show")) return;
		if (
			event.target.closest("input, textarea, select, [contenteditable=true], [role=listbox]")
		)
			return;
		const action = KEYS[event.key.toLowerCase()];
		if (!action) return;
		event.preventDefault();
		// the desk has a help of its own on this key
		event.stopPropagation();
		worklist.run(action);
	});
}

export function help() {
	show_keys([
		["C", __("Call: script, number, outcome and next step")],
		["E", __("E-mail: choose a letter, look at it, send it")],
		["P", __("Record a promise to pay")],
		["D", __("Open a dispute")],
		["H", __("Hold: no message goes out until a day")],
		["A", __("Approve the messages that wait")],
		["R", __("Reassign to another collector")],
		["S", __("Snooze: off the list until a day, messages go on")],
		["O", __("Open the customer's page")],
		["J / K", __("Next, previous customer")],
		["/", __("Search")],
		["?", __("These keys")],
	]);
}
