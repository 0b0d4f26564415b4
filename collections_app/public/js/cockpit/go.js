// Links from a figure to the list or report behind it, with the filters set. Real links: they open in a new tab, too.
const { escape } = collections_app;

// `target`: { route, options } as the server gives them; `html`: what the link shows.
export function link(target, html, { label = "", classes = "" } = {}) {
	if (!target || !target.route) return `<span class="${classes}">${html}</span>`;
	const { route, options = {} } = target;
	const aria = label ? ` aria-label="${escape(label)}"` : "";
	return `<a href="${escape(address(route, options))}" class="${classes}"${aria}
		data-route="${escape(JSON.stringify(route))}" data-options="${escape(JSON.stringify(options))}">${html}</a>`;
}

function address(route, options) {
	const query = new URLSearchParams();
	for (const [field, value] of Object.entries(options)) {
		if (value !== null && value !== undefined) {
			query.set(field, typeof value === "string" ? value : JSON.stringify(value));
		}
	}
	const text = query.toString();
	return frappe.router.make_url(route) + (text ? `?${text}` : "");
}

export function listen(wrapper) {
	wrapper.on("click", "a[data-route]", (event) => {
		if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
		event.preventDefault();
		const { route, options } = event.currentTarget.dataset;
		frappe.route_options = { ...JSON.parse(options) };
		frappe.set_route(JSON.parse(route));
	});
}
