// Calls of the page, and what the server said when it refused, in plain words.
const API = "collections_app.api.cash";

export async function ask(method, args = {}) {
	const answer = await frappe.call({
		method: `${API}.${method}`,
		args,
		silent: true,
		type: "GET",
	});
	return answer.message;
}

export async function act(method, args = {}) {
	const answer = await frappe.call({ method: `${API}.${method}`, args, silent: true });
	return answer.message;
}

export function reason_of(error) {
	const answer = (error && error.responseJSON) || error || {};
	try {
		const messages = JSON.parse(answer._server_messages || "[]").map((one) => JSON.parse(one));
		const texts = messages.map((one) => strip_html(one.message || "")).filter(Boolean);
		if (texts.length) return texts.join(" ");
	} catch {
		// what cannot be read is told as the rest
	}
	if (answer.exc_type === "PermissionError") return __("You may not do this.");
	return __("The server did not answer as expected.");
}
