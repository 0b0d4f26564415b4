// What a case can be besides written to: handed over, taken back, kept from deliveries.
frappe.provide("collections_app");

const API = "collections_app.api.hand_over";
const DONE_EVENT = "collections_hand_over_file";
const MANAGERS = ["Credit Manager", "System Manager"];

collections_app.add_hand_over_buttons = function (frm) {
	const group = __("Case");
	const done = () => frm.reload_doc();
	const ask = (title, method) =>
		collections_app.ask_reason(title, (reason) =>
			frappe.xcall(`${API}.${method}`, { case: frm.doc.name, reason }).then(done),
		);
	if (frappe.model.can_export("Collection Case")) {
		frm.add_custom_button(__("Prepare Hand-over File"), () => prepare_file(frm), group);
	}
	if (!frappe.model.can_write("Collection Case")) return;
	if (frm.doc.stage === "Handed Over") {
		frm.add_custom_button(
			__("Take Back"),
			() => ask(__("Take Case Back"), "take_back"),
			group,
		);
	}
	if (!MANAGERS.some((role) => frappe.user.has_role(role))) return;
	if (frm.doc.delivery_stopped) {
		frm.add_custom_button(
			__("Resume Deliveries"),
			() => ask(__("Resume Deliveries"), "resume_deliveries"),
			group,
		);
	} else if (frm.doc.overdue > 0) {
		frm.add_custom_button(
			__("Stop Deliveries"),
			() => ask(__("Stop Deliveries"), "stop_deliveries"),
			group,
		);
	}
};

// One line for the head of a form; empty when deliveries go on.
collections_app.delivery_stop_line = function (doc, company) {
	if (!doc.delivery_stopped) return "";
	const { escape, pill } = collections_app;
	const since = frappe.datetime.str_to_user(doc.delivery_stopped_on);
	const text = company
		? __("by {0} since {1}: {2}", [
				escape(company),
				since,
				escape(doc.delivery_stop_reason || ""),
			])
		: __("since {0}: {1}", [since, escape(doc.delivery_stop_reason || "")]);
	return `${pill(__("Deliveries Stopped"), "red")} <span class="ml-2">${text}</span>`;
};

// On the customer: by which companies deliveries are stopped.
collections_app.show_delivery_stops = async function (frm) {
	const customer = frm.doc.name;
	const stops = await frappe.db.get_list("Collection Case", {
		filters: { customer, delivery_stopped: 1 },
		fields: ["company", "delivery_stopped", "delivery_stopped_on", "delivery_stop_reason"],
	});
	if (frm.doc.name !== customer || !stops.length) return;
	const lines = stops.map((stop) => collections_app.delivery_stop_line(stop, stop.company));
	frm.dashboard.set_headline(lines.map((line) => `<div>${line}</div>`).join(""));
};

async function prepare_file(frm) {
	const result = await frappe.xcall(`${API}.prepare_file`, { case: frm.doc.name });
	if (result.queued) {
		frappe.show_alert({
			message: __(
				"The file with {0} invoices is being made. You will be told when it is ready.",
				[result.queued],
			),
			indicator: "blue",
		});
		return;
	}
	show_files(frm.doc.name, result);
	frm.reload_doc();
}

function show_files(name, { files, missing, error }) {
	const { escape } = collections_app;
	if (error) {
		frappe.msgprint({ title: __("Hand-over File"), message: escape(error), indicator: "red" });
		return;
	}
	const links = files.map(
		({ file_url, file_name }) =>
			`<li><a href="${escape(file_url)}" download="${escape(file_name)}">${escape(file_name)}</a></li>`,
	);
	const gaps = missing.length
		? `<p class="text-danger">${__("Not printed: {0}", [missing.map(escape).join(", ")])}</p>`
		: "";
	frappe.msgprint({
		title: __("Hand-over File of {0}", [escape(name)]),
		message: `<p>${__("It is attached to the case:")}</p><ul>${links.join("")}</ul>${gaps}`,
		indicator: missing.length ? "orange" : "green",
	});
}

$(document).on("app_ready", () => {
	frappe.realtime.on(DONE_EVENT, (result) => show_files(result.case, result));
});
