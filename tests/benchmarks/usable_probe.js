// Runs in the page that is measured: looks at each frame whether it can be used, and whether it still loads something.
performance.setResourceTimingBufferSize(5000);

// nothing moved for so long: the page has settled
const QUIET_MS = 500;

// `route`: where to go within the desk; without it time counts from when the address was opened. `key`: of the page's element in
// `frappe.pages`. Resolves with milliseconds until it was there (`desk`), could be used (`usable`) and had `settled`.
window.watch_page = ({ route, key, main, screen, limit }) => {
	const began = route ? performance.now() : 0;
	const seen = { desk: null, usable: null, settled: null };
	let busy = began;
	if (route) frappe.set_route(route);

	return new Promise((resolve) => {
		const look = () => {
			const now = performance.now();
			const wrapper = page_of(key);
			if (wrapper) seen.desk ??= now - began;
			if (seen.usable === null && is_usable(wrapper, main, screen))
				seen.usable = now - began;
			if (seen.usable === null || is_busy(wrapper)) busy = now;
			if (now - busy > QUIET_MS || now - began > limit) {
				seen.settled = Math.max(busy - began, seen.usable);
				return resolve({ ...seen, ...traffic(began, began + seen.settled) });
			}
			requestAnimationFrame(look);
		};
		look();
	});
};

function page_of(key) {
	const wrapper = window.frappe?.pages?.[key];
	return wrapper && frappe.container?.page === wrapper ? wrapper : null;
}

function is_usable(wrapper, main, screen) {
	// the desk takes no click while it is frozen
	if (!wrapper || document.querySelector("#freeze.in")) return false;
	// whether it is seen is asked last: that lays the page out
	if (!main.every((one) => wrapper.querySelector(one))) return false;
	const is_seen = (element) => element.offsetParent !== null;
	if (!main.every((one) => [...wrapper.querySelectorAll(one)].some(is_seen))) return false;
	const loading = screen ? wrapper.querySelectorAll(`${screen} .panel-loading`) : [];
	return ![...loading].some((one) => one.getBoundingClientRect().top < window.innerHeight);
}

function is_busy(wrapper) {
	return (
		frappe.request.ajax_count > 0 ||
		Boolean(wrapper?.querySelector(".panel-loading, [aria-busy=true]"))
	);
}

// What came over the network: nothing from the cache, and not the events that are waited for.
function traffic(began, until) {
	const entries = [
		...performance.getEntriesByType("navigation"),
		...performance.getEntriesByType("resource"),
	].filter(
		(one) =>
			one.startTime >= began &&
			one.startTime <= until &&
			one.transferSize > 0 &&
			!one.name.includes("/socket.io"),
	);
	return {
		requests: entries.length,
		kb: entries.reduce((sum, one) => sum + one.transferSize, 0) / 1024,
		waterfall: entries.map((one) => [
			one.startTime - began,
			one.responseEnd - began,
			one.transferSize / 1024,
			one.name.replace(location.origin, "").slice(0, 110),
		]),
	};
}
