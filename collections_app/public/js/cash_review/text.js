// The payer's text with the numbers marked that name an open invoice.
const { escape } = collections_app;

export function marked_text(text, spans) {
	// places are counted in characters, which are not always one unit of a JavaScript string
	const characters = Array.from(text || "");
	const parts = [];
	let at = 0;
	for (const { start, end, invoices } of spans || []) {
		parts.push(escape(characters.slice(at, start).join("")));
		const written = escape(characters.slice(start, end).join(""));
		parts.push(`<mark title="${escape(invoices.join(", "))}">${written}</mark>`);
		at = end;
	}
	parts.push(escape(characters.slice(at).join("")));
	return parts.join("");
}
