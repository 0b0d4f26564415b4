frappe.ui.form.on("Collection Case", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.events.show_standing(frm);
		frm.add_custom_button(__("Customer"), () =>
			frappe.set_route("Form", "Customer", frm.doc.customer),
		);
		frm.add_custom_button(__("Customer 360"), () => {
			frappe.route_options = { company: frm.doc.company };
			frappe.set_route("customer-360", frm.doc.customer);
		});
		collections_app.add_hand_over_buttons(frm);
		if (frm.doc.status !== "Open" || !frappe.model.can_write("Collection Case")) return;
		frm.events.add_buttons(frm);
	},

	timeline_refresh(frm) {
		frm.case_timeline = frm.case_timeline || new collections_app.CaseTimeline(frm);
		frm.case_timeline.refresh();
	},

	add_buttons(frm) {
		const done = () => frm.reload_doc();
		const subject = { customer: frm.doc.customer, company: frm.doc.company, done };
		const of_case = { case: frm.doc.name, done };
		frm.add_custom_button(__("Log Call"), () =>
			collections_app.log_call({ ...subject, ...of_case }),
		);
		frm.change_custom_button_type(__("Log Call"), null, "primary");
		frm.add_custom_button(__("Promise to Pay"), () => collections_app.record_promise(subject));
		frm.add_custom_button(__("Dispute"), () => collections_app.record_dispute(subject));
		const group = __("Case");
		if (frm.doc.escalated) {
			frm.add_custom_button(
				__("End Escalation"),
				() => collections_app.de_escalate(of_case),
				group,
			);
		} else {
			frm.add_custom_button(__("Escalate"), () => collections_app.escalate(of_case), group);
		}
		frm.add_custom_button(
			__("Reassign"),
			() => collections_app.reassign({ names: [frm.doc.name], done }),
			group,
		);
		frm.add_custom_button(__("Pause"), () => collections_app.pause(of_case), group);
		if (frm.doc.paused_until && frm.doc.paused_until >= frappe.datetime.get_today()) {
			frm.add_custom_button(
				__("End Pause"),
				() =>
					frappe
						.xcall("collections_app.api.cases.pause", {
							case: frm.doc.name,
							until: "",
							reason: "",
						})
						.then(done),
				group,
			);
		}
	},

	// What to do next and why, who decides, and how old the debt is.
	async show_standing(frm) {
		const name = frm.doc.name;
		const data = await frappe.xcall("collections_app.api.customer.summary", {
			customer: frm.doc.customer,
			company: frm.doc.company,
		});
		if (frm.doc.name !== name) return;
		frm.dashboard.clear_headline();
		frm.dashboard.set_headline(frm.events.headline(frm, data));
		const bar = collections_app.ageing_bar(data.ageing, data.currency);
		$(frm.dashboard.parent || frm.layout.wrapper)
			.find(".case-ageing")
			.remove();
		if (bar) {
			frm.dashboard.add_section(`<div class="case-ageing">${bar}</div>`, __("Ageing"));
			frm.dashboard.show();
		}
	},

	headline(frm, data) {
		const { escape, pill } = collections_app;
		const { doc } = frm;
		const lines = [collections_app.delivery_stop_line(doc)].filter(Boolean);
		if (doc.escalated) {
			lines.push(
				`${pill(__("Escalated"), "red")} <span class="ml-2">${__("to {0}: {1}", [
					escape(frappe.user.full_name(doc.escalated_to)),
					escape(doc.escalation_reason),
				])}</span>`,
			);
		}
		if (data.reasons.length) {
			lines.push(
				`${pill(__(data.class), collections_app.CLASS_COLOURS[data.class])}
				<span class="ml-2">${data.reasons.map(escape).join(" · ")}</span>`,
			);
		}
		if (doc.status === "Open" && doc.next_action) {
			lines.push(collections_app.next_action(doc));
		}
		return lines.map((line) => `<div class="case-headline">${line}</div>`).join("");
	},
});
