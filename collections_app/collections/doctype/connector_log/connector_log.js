const API = "collections_app.api.connectors";
const escape = (text) => collections_app.escape(text);
const FAILURE = { Parked: "orange", Done: "green", Dismissed: "gray" };

frappe.ui.form.on("Connector Log", {
	refresh(frm) {
		// a log is written by the connector
		frm.disable_save();
		const may_work = frappe.model.can_write("Connector Config");
		const parked = (frm.doc.failures || []).filter((row) => row.status === "Parked").length;
		draw_summary(frm);
		draw_failures(frm, may_work);
		draw_requests(frm);
		if (!parked || !may_work) return;
		frm.add_custom_button(__("Retry Failed Records"), () => frm.events.retry(frm));
		frm.add_custom_button(__("Dismiss Failed Records"), () =>
			frappe.confirm(__("Give {0} parked record(s) up?", [parked]), () =>
				frm.events.dismiss(frm),
			),
		);
	},

	// All parked records, or that of one row.
	async retry(frm, row = null) {
		const { message } = await frappe.call({
			method: `${API}.retry_records`,
			args: { log: frm.doc.name, row },
			freeze: true,
		});
		frappe.show_alert({
			message: __("{0} done, {1} still failing", [message.done, message.failed]),
			indicator: message.failed ? "orange" : "green",
		});
		frm.reload_doc();
	},

	async dismiss(frm, row = null) {
		await frappe.xcall(`${API}.dismiss_records`, { log: frm.doc.name, row });
		frm.reload_doc();
	},
});

// What was done, how it ended, and what came: one line each in place of ten fields.
function draw_summary(frm) {
	const { doc } = frm;
	const what = [__(doc.kind), doc.stream ? __(frappe.unscrub(doc.stream)) : ""].filter(Boolean);
	const counted = ["Sync", "Webhook"].includes(doc.kind);
	const facts = [
		[__("What"), what.map(escape).join(" · ")],
		[
			__("When"),
			`${frappe.datetime.str_to_user(doc.started_at)} · ${format_number(
				doc.seconds,
				null,
				2,
			)} s · ${__("{0} request(s)", [doc.request_count])}`,
		],
		[
			__("Came"),
			counted
				? __("{0} new, {1} seen before, {2} failed", [
						doc.created_count,
						doc.seen_count,
						doc.failed_count,
					])
				: "",
		],
		[__("Run"), doc.run ? collections_app.link("Collection Run", doc.run) : ""],
		[__("Company"), escape(doc.company)],
	];
	const lines = facts
		.filter(([, value]) => value)
		.map(
			([label, value]) =>
				`<div class="connector-line"><span class="text-muted">${label}</span><span>${value}</span></div>`,
		);
	frm.get_field("summary_html").$wrapper.html(
		`<div class="connector-title">${collections_app.link("Connector Config", doc.connector)}</div>${lines.join("")}`,
	);
}

function draw_failures(frm, may_work) {
	const rows = (frm.doc.failures || []).map((row) => {
		const buttons =
			row.status === "Parked" && may_work
				? `<button type="button" class="btn btn-xs btn-default" data-act="retry"
						data-row="${escape(row.name)}">${__("Retry")}</button>
					<button type="button" class="btn btn-xs btn-default" data-act="dismiss"
						data-row="${escape(row.name)}">${__("Dismiss")}</button>`
				: "";
		return `<div class="connector-entry">
			<div class="connector-entry-head">
				${row.status ? collections_app.pill(__(row.status), FAILURE[row.status]) : ""}
				<b>${escape(row.source)}</b>
				<span class="text-muted">${escape(row.external_id)}</span>
				<span class="connector-entry-actions">${buttons}</span>
			</div>
			<div>${escape(row.message)}</div>
			${folded(__("Payload"), pretty(row.payload))}
		</div>`;
	});
	const { $wrapper } = frm.get_field("failures_html");
	$wrapper.html(rows.join(""));
	$wrapper.off("click.act").on("click.act", "[data-act]", ({ currentTarget }) => {
		const { act, row } = currentTarget.dataset;
		frm.events[act](frm, row);
	});
}

function draw_requests(frm) {
	const rows = (frm.doc.requests || []).map((one) => {
		const status = one.status_code || __("No answer");
		const color = !one.status_code || one.status_code >= 400 ? "red" : "green";
		const attempt =
			one.attempt > 1
				? `<span class="text-muted">${__("attempt {0}", [one.attempt])}</span>`
				: "";
		return `<div class="connector-entry">
			<div class="connector-entry-head">
				${collections_app.pill(status, color)}
				<b>${escape(one.method)}</b>
				<span class="connector-url">${escape(readable(one.url))}</span>
				<span class="text-muted text-nowrap">${format_number(one.seconds, null, 2)} s</span>${attempt}
			</div>
			${one.error ? `<div class="text-danger">${escape(one.error)}</div>` : ""}
			${folded(__("Request"), one.request)}${folded(__("Answer"), pretty(one.answer))}
		</div>`;
	});
	const left_out = frm.doc.request_count - rows.length;
	const note = __("As they were sent and answered; secrets are masked.");
	const more =
		left_out > 0
			? ` ${__("Of {0} requests some are left out.", [frm.doc.request_count])}`
			: "";
	frm.get_field("requests_html").$wrapper.html(
		`<p class="text-muted">${note}${more}</p>${rows.join("")}`,
	);
}

function folded(label, text) {
	if (!text) return "";
	return `<details><summary>${label}</summary><pre class="connector-text">${escape(text)}</pre></details>`;
}

// An address with its brackets and spaces.
function readable(url) {
	try {
		return decodeURI(url).replaceAll("%5B", "[").replaceAll("%5D", "]");
	} catch {
		return url;
	}
}

// JSON laid out, anything else as it is.
function pretty(text) {
	try {
		return JSON.stringify(JSON.parse(text), null, 2);
	} catch {
		return text;
	}
}
