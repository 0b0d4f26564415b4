// Calls of a page, and what the server said when it refused, in plain words.

// `api`: the module of whitelisted methods. `ask` reads, `act` changes something; both reject with the answer, which
// `reason_of` reads.
export function server_of(api) {
	const call = (method, args, type) =>
		answer_of(collections_app.call(`${api}.${method}`, args, type));
	return {
		ask: (method, args = {}) => call(method, args, "GET"),
		act: (method, args = {}) => call(method, args, "POST"),
	};
}

// What a call that was made before the page's code was there answers.
export async function answer_of(call) {
	return (await call).message;
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
	if (answer.readyState === 0 || !navigator.onLine) {
		return __("The server cannot be reached. Check your connection.");
	}
	return __("The server did not answer as expected.");
}
