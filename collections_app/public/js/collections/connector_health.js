// How a connection is, at a glance: each stream with its last syncs, the consent, what waits for a person; live while it reads.

frappe.provide("collections_app.connector_health");

const POLL_MS = 2000;
const escape = (text) => collections_app.escape(text);
const STATES = {
	fresh: ["green", __("Healthy")],
	parked: ["orange", __("Records Parked")],
	failing: ["red", __("Failing")],
	waiting: ["orange", __("Waiting")],
	new: ["gray", __("Not read yet")],
	off: ["gray", __("Off")],
};

Object.assign(collections_app.connector_health, {
	STATES,

	html(frm, overview) {
		const { card } = overview;
		const tags = [card.category, frm.doc.environment].filter(Boolean);
		const off = frm.doc.enabled ? "" : collections_app.pill(__("Off"), "gray");
		const streams = overview.streams.map((stream) => stream_html(stream, frm.doc.enabled));
		return `<div class="connector-glance">
			<div class="connector-title"><b>${escape(card.label)}</b>
				${tags.map((one) => collections_app.pill(__(one), "gray")).join("")}${off}</div>
			<div class="connector-progress run-bar" hidden role="progressbar"><div></div></div>
			${
				streams.join("") ||
				`<p class="text-muted">${__("It only sends; there is nothing to read.")}</p>`
			}
			<div class="connector-facts">${facts(overview).join("")}</div>
		</div>`;
	},

	// Links of the panel lead to lists of this connection's documents.
	bind(frm, wrapper) {
		wrapper.off("click.glance").on("click.glance", "[data-list]", (event) => {
			event.preventDefault();
			const { list, filters } = event.currentTarget.dataset;
			frappe.set_route("List", list, { connector: frm.doc.name, ...JSON.parse(filters) });
		});
	},

	// Shows what the worker tells, until the connection is read; then what came.
	follow(frm) {
		const name = frm.doc.name;
		clearTimeout(frm.sync_timer);
		panel(frm).find(".connector-progress").prop("hidden", false);
		frm.sync_timer = setTimeout(async () => {
			if (frm.doc.name !== name || !$(frm.wrapper).is(":visible")) return;
			const overview = await frappe.xcall("collections_app.api.connectors.overview", {
				connector: name,
			});
			if (frm.doc.name !== name) return;
			if (overview.syncing) return this.follow(frm);
			say_what_came(overview);
			if (!frm.is_dirty()) frm.reload_doc();
		}, POLL_MS);
	},

	// An event of the worker: counts of a stream so far.
	told(frm, event) {
		if (event.connector !== frm.doc.name) return;
		const row = panel(frm)
			.find(".connector-stream")
			.filter((_index, one) => one.dataset.stream === event.stream);
		row.find(".connector-counts").text(counts(event));
		if (event.status === "Reading") {
			row.find(".connector-state").html(
				`<span class="indicator blue">${__("Reading...")}</span>`,
			);
			this.follow(frm);
		}
	},
});

const panel = (frm) => frm.get_field("about_html").$wrapper;

function counts({ created, seen, failed }) {
	return __("{0} new, {1} seen before, {2} failed", [created || 0, seen || 0, failed || 0]);
}

const counts_of = (log) =>
	counts({ created: log.created_count, seen: log.seen_count, failed: log.failed_count });

function say_what_came({ streams }) {
	const last = streams.map((one) => one.bars.at(-1)).filter(Boolean);
	const sum = (field) => last.reduce((total, one) => total + one[field], 0);
	const failed = sum("failed_count") || last.some((one) => one.status === "Failed");
	frappe.show_alert({
		message: counts({
			created: sum("created_count"),
			seen: sum("seen_count"),
			failed: sum("failed_count"),
		}),
		indicator: failed ? "orange" : "green",
	});
}

function stream_html(stream, enabled) {
	const [color, word] = STATES[enabled ? stream.state : "off"];
	const last = stream.bars.at(-1);
	const times = [
		stream.last_success
			? __("last read {0}", [frappe.datetime.comment_when(stream.last_success)])
			: "",
		stream.state === "waiting"
			? __("waits until {0}", [frappe.datetime.str_to_user(stream.wait_until)])
			: "",
		stream.failures ? __("{0} failures in a row", [stream.failures]) : "",
	].filter(Boolean);
	return `<div class="connector-stream" data-stream="${escape(stream.stream)}">
		<div><b>${escape(stream.label)}</b>
			<div class="connector-state"><span class="indicator ${color}">${word}</span></div></div>
		<div class="text-muted">
			<div>${times.join(", ")}</div>
			<div class="connector-counts">${last ? counts_of(last) : ""}</div></div>
		${bars(stream.bars)}
	</div>`;
}

// The last syncs, the oldest first: the height says how much came, the colour how it ended.
function bars(logs) {
	if (!logs.length) return "";
	const most = Math.max(1, ...logs.map((one) => one.created_count));
	const links = logs.map((log) => {
		const came = log.status === "Failed" ? 1 : Math.sqrt(log.created_count / most);
		const title = `${frappe.datetime.str_to_user(log.started_at)}: ${__(log.status)}, ${counts_of(log)}`;
		return `<a href="/app/connector-log/${encodeURIComponent(log.name)}" title="${escape(title)}"
			aria-label="${escape(title)}"><i class="${log.status.toLowerCase()}"
			style="height: ${Math.round(15 + 85 * came)}%"></i></a>`;
	});
	return `<div class="connector-bars">${links.join("")}</div>`;
}

function facts(overview) {
	const list = (label, doctype, filters, color = "") =>
		`<a href="#" data-list="${doctype}" data-filters="${escape(JSON.stringify(filters))}"
			${color ? `class="indicator ${color}"` : ""}>${label}</a>`;
	const found = [consent(overview)];
	if (overview.parked) {
		const label = __("{0} parked record(s)", [overview.parked]);
		found.push(list(label, "Connector Log", { failed_count: [">", 0] }, "orange"));
	}
	if (overview.failed_events) {
		const label = __("{0} webhook event(s) failed", [overview.failed_events]);
		found.push(list(label, "Webhook Event", { status: "Failed" }, "red"));
	}
	if (overview.waiting_events) {
		const label = __("{0} webhook event(s) waiting", [overview.waiting_events]);
		found.push(list(label, "Webhook Event", { status: "Waiting" }, "blue"));
	}
	if (overview.logs) found.push(list(__("Log ({0})", [overview.logs]), "Connector Log", {}));
	if (overview.events) {
		found.push(list(__("Webhook events ({0})", [overview.events]), "Webhook Event", {}));
	}
	return found.filter(Boolean);
}

function consent(overview) {
	const days = overview.consent_days;
	if (days === null) return "";
	const color = days < 0 ? "red" : days <= overview.consent_warning ? "orange" : "green";
	const text = days < 0 ? __("Consent has ended") : __("Consent: {0} days left", [days]);
	return `<span class="indicator ${color}">${text}</span>`;
}
