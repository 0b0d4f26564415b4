// Calls back when figures moved on the server, so that an open page shows them without a reload.
import { server_of } from "./server.js";

const { ask } = server_of("collections_app.api.live");
const EVENT = "collections_moved";
const ROOM = "Collection Case";
// several things that move at once are one reason to ask again
const SETTLE_MS = 700;
// where the desk has no socket server, figures are asked for now and then
const POLL_MS = 60000;

const listeners = [];
// promise of key -> company
let names = null;

// `callback({ companies, kinds })`: companies by name, among those the user may see; kinds as in services/live.py. Called
// while the page `page_route` is shown; what moved meanwhile is told when it is shown again. Both lists are empty where
// nobody knows what moved, because the connection was away.
export function on_moved(page_route, callback) {
	const listener = { page_route, callback, companies: new Set(), kinds: new Set(), due: false };
	listener.call_soon = frappe.utils.debounce(() => call(listener), SETTLE_MS);
	if (!listeners.length) listen();
	listeners.push(listener);
	join();
}

function listen() {
	const { socket } = frappe.realtime;
	frappe.realtime.on(EVENT, heard);
	if (socket) {
		let known = socket.connected;
		socket.on("connect", () => {
			join();
			// a connection that was away may have missed something
			if (known) tell_all();
			known = true;
		});
	}
	// a list of the same DocType leaves the room when it is left
	frappe.router.on("change", returned_soon);
	// told by another event, too: what fails in a listener before ours keeps the first from us
	$(document).on("page-change", returned_soon);
	document.addEventListener("visibilitychange", returned);
	setInterval(() => {
		if (!frappe.realtime.socket?.connected) tell_all();
	}, POLL_MS);
}

function join() {
	if (frappe.realtime.socket) frappe.realtime.doctype_subscribe(ROOM);
}

async function heard({ company, kinds }) {
	names = names || ask("companies");
	try {
		const name = (await names)[company];
		if (name) tell_all([name], kinds);
	} catch {
		// asked for again with the next event
		names = null;
	}
}

function tell_all(companies = [], kinds = []) {
	for (const listener of listeners) {
		companies.forEach((one) => listener.companies.add(one));
		kinds.forEach((one) => listener.kinds.add(one));
		listener.due = true;
		listener.call_soon();
	}
}

function is_shown({ page_route }) {
	return !document.hidden && (frappe.get_route() || [])[0] === page_route;
}

function returned_soon() {
	setTimeout(returned, 100);
}

function returned() {
	if (!listeners.some(is_shown)) return;
	join();
	listeners.filter((one) => one.due).forEach((one) => one.call_soon());
}

function call(listener) {
	if (!listener.due || !is_shown(listener)) return;
	const told = { companies: [...listener.companies], kinds: [...listener.kinds] };
	listener.due = false;
	listener.companies.clear();
	listener.kinds.clear();
	listener.callback(told);
}
