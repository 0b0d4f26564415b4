// What a page that is opened by its address asks for first: it is on its way since the desk's HTML came, see
// services/first_answers.py.
const urls = new Set(frappe.boot?.collections_first_answers);

// The answer as frappe.call gives it, null where it was not asked for beforehand. `ask`: makes the call anew, where that
// failed: it knows what to do then.
export function first_answer(method, args, ask) {
	// each is good for one time, on the page the desk began with
	if (!urls.delete(address(method, args)) || frappe.route_history.length > 1) return null;
	return fetch(address(method, args)).then((answer) => (answer.ok ? answer.json() : ask()), ask);
}

// Must be the same text as `_address` of services/first_answers.py makes.
function address(method, args = {}) {
	const given = Object.entries(args).filter(
		([, value]) => value !== null && value !== undefined,
	);
	const query = given.map(([name, value]) => [
		name,
		typeof value === "string" ? value : JSON.stringify(value),
	]);
	const text = new URLSearchParams(query).toString();
	return `/api/method/${method}${text ? `?${text}` : ""}`;
}
