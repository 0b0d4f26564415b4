frappe.listview_settings["Collection Action"] = {
	add_fields: ["status", "currency", "error", "hold_reasons", "replied_at", "opened_at"],
	hide_name_column: true,

	formatters: {
		// why it waits or failed, under the pointer; and that the customer answered
		step_name(value, df, doc) {
			const why = doc.status === "Held" ? doc.hold_reasons : doc.error;
			// the list takes what does not begin with a tag for a selector
			const title = why ? ` title="${collections_app.escape(why)}"` : "";
			const step = `<span${title}>${collections_app.escape(value || "")}</span>`;
			const came_back = doc.replied_at
				? collections_app.pill(__("Answered"), "green")
				: doc.opened_at
					? collections_app.pill(__("Opened"), "blue")
					: "";
			return came_back ? `<span>${step} ${came_back}</span>` : step;
		},
	},

	onload(listview) {
		add_views(listview);
		listview.page.add_actions_menu_item(
			__("Print Letters"),
			() => print_letters(listview.get_checked_items(true)),
			false,
		);
		if (frappe.model.can_write("Collection Action")) add_decisions(listview);
	},
};

// The lists people come for, one click each.
function add_views(listview) {
	const views = {
		[__("To Approve")]: ["Awaiting Approval"],
		[__("Held")]: ["Held"],
		[__("Messages That Failed")]: ["Failed", "Uncertain"],
		[__("On Their Way")]: ["Queued", "Sending"],
	};
	for (const [label, states] of Object.entries(views)) {
		listview.page.add_inner_button(
			label,
			async () => {
				await listview.filter_area.clear(false);
				await listview.filter_area.add([["Collection Action", "status", "in", states]]);
			},
			__("Show"),
		);
	}
}

function add_decisions(listview) {
	const decide = (method, args) =>
		frappe
			.call({
				method: `collections_app.api.actions.${method}`,
				args: { names: listview.get_checked_items(true), ...args },
				freeze: true,
			})
			.then(({ message }) => {
				collections_app.show_decided(message);
				listview.clear_checked_items();
				listview.refresh();
			});
	const with_reason = (method, title) => () =>
		collections_app.ask_reason(title, (reason) => decide(method, { reason }));
	const add = (label, action) => listview.page.add_actions_menu_item(label, action, false);

	if (["Credit Manager", "System Manager"].some((role) => frappe.user.has_role(role))) {
		add(__("Approve"), () => decide("approve"));
	}
	add(__("Retry"), () => decide("retry"));
	add(__("Skip with Reason"), with_reason("skip", __("Skip Steps")));
	add(__("Cancel with Reason"), with_reason("cancel", __("Cancel Messages")));
	add(__("It Was Sent"), () => decide("resolve_uncertain", { outcome: "sent" }));
	add(__("It Was Not Sent"), () => decide("resolve_uncertain", { outcome: "not sent" }));
}

// One PDF of all chosen letters, in a window of its own.
function print_letters(names) {
	const args = new URLSearchParams({ names: JSON.stringify(names) });
	window.open(`/api/method/collections_app.api.letters.print_letters?${args}`, "_blank");
}
