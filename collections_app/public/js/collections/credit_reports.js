// What registers, lists and bureaus say of a customer, in its file: who it is there, a report today, the history.
frappe.provide("collections_app");

const API = "collections_app.api.credit_reports";
const { escape, pill, date, link } = collections_app;
const FLAG_LABELS = {
	insolvent: () => __("Insolvent"),
	ceased: () => __("Ceased"),
	sanctioned: () => __("On a Sanctions List"),
};

collections_app.CreditReports = class CreditReports {
	constructor({ wrapper, customer, company }) {
		this.wrapper = $(wrapper);
		this.customer = customer;
		this.company = company;
		this.wrapper.on("click", "[data-credit]", (event) => {
			event.preventDefault();
			const { credit, name } = event.currentTarget.dataset;
			this[credit](name);
		});
	}

	async refresh() {
		if (!frappe.model.can_read("Credit Report")) return;
		this.data = await frappe.xcall(`${API}.overview`, {
			customer: this.customer,
			company: this.company,
		});
		this.render();
	}

	render() {
		const { sources, reports } = this.data;
		if (!sources.length && !reports.length) return this.wrapper.empty();
		this.wrapper.html(`<div class="panel-columns">
			<div>
				<div class="panel-title">${__("Registers and Bureaus")}</div>
				${sources.map((one) => this.source(one)).join("") || this.nothing(__("None connected"))}
			</div>
			<div>
				<div class="panel-title">${__("History of Reports")}
					<a class="panel-note" href="#" data-credit="all">${__("Show All")}</a></div>
				${reports.map((one) => this.report(one)).join("") || this.nothing(__("None"))}
			</div>
		</div>`);
	}

	nothing(text) {
		return `<div class="text-muted">${text}</div>`;
	}

	source({ name, identity, can }) {
		const who = identity
			? `${escape(identity.provider_name || identity.provider_id)}
				<span class="text-muted">${escape(identity.provider_id)}</span>`
			: `<span class="text-muted">${__("not identified")}</span>`;
		const button = (act, text) =>
			`<button class="btn btn-default btn-xs" data-credit="${act}" data-name="${escape(name)}">${text}</button>`;
		const buttons = [];
		if (can.includes("identify")) {
			buttons.push(button("identify", identity ? __("Identify Again") : __("Identify")));
		}
		const open = ["Sending", "Ordered", "Uncertain"].includes(identity?.order_state);
		if (can.includes("order_report")) {
			buttons.push(button("order", open ? __("Ask for Report") : __("Order Report")));
		}
		if (can.includes("monitor") && identity && !identity.monitored) {
			buttons.push(button("monitor", __("Monitor")));
		}
		if (can.includes("end_monitoring") && identity?.monitored) {
			buttons.push(button("end_monitoring", __("End Monitoring")));
		}
		const until = identity?.monitored_until;
		const watched = until
			? __("Under Monitoring until {0}", [date(until)])
			: __("Under Monitoring");
		const mark = identity?.monitored ? pill(watched, "blue") : "";
		return `<div class="panel-row flex-wrap"><span><b>${escape(name)}</b> ${mark}<br>${who}
				${this.ordered(identity)}</span>
			<span class="panel-actions flex-nowrap flex-shrink-0">${this.data.may_ask ? buttons.join("") : ""}</span></div>`;
	}

	// a report that the bureau takes its time for
	ordered(identity) {
		const [text, colour] =
			{
				Sending: [__("Report being ordered"), "blue"],
				Ordered: [__("Report ordered"), "blue"],
				Uncertain: [__("Whether the report is ordered is not known yet"), "orange"],
				Refused: [__("Report not delivered"), "red"],
			}[identity?.order_state] || [];
		if (!text) return "";
		const since = frappe.datetime.comment_when(identity.ordered_on);
		const said = identity.order_message
			? `<div class="text-muted small">${escape(identity.order_message)}</div>`
			: "";
		return `<div>${pill(text, colour)} <span class="text-muted small">${since}</span>${said}</div>`;
	}

	report(one) {
		const marks = one.flags.map((flag) => pill(FLAG_LABELS[flag](), "red"));
		if (one.stale) marks.push(pill(__("Stale"), "orange"));
		if (one.other_number) {
			marks.push(pill(__("Registration Number {0}", [escape(one.other_number)]), "orange"));
		}
		if (one.matches.length) marks.push(pill(__("To Be Decided"), "purple"));
		const points = one.has_score ? __("{0} of 100", [Math.round(one.score_0_100)]) : "";
		// the provider's own figure first, where it is another than ours
		const own = Number(one.provider_score) === one.score_0_100 ? "" : one.provider_score;
		const score = own && points ? __("{0} ({1})", [own, points]) : own || points;
		const age = one.age_days > 0 ? __("{0} days ago", [one.age_days]) : __("today");
		const decide =
			one.matches.length && this.data.may_ask
				? `<button class="btn btn-primary btn-xs" data-credit="decide"
					data-name="${escape(one.name)}">${__("Decide")}</button>`
				: "";
		return `<div class="panel-row"><span>
				${link("Credit Report", one.name, one.provider)}
				<span class="text-muted" title="${date(one.reported_on)}">${age}</span>
				${score ? `· ${escape(score)}` : ""}
				<div class="text-muted small">${escape(one.summary || "")}</div>
			</span><span class="panel-actions flex-nowrap flex-shrink-0">${marks.join(" ")} ${decide}</span></div>`;
	}

	all() {
		frappe.set_route("List", "Credit Report", {
			customer: this.customer,
			company: this.data.company,
		});
	}

	async order(connector) {
		const { message } = await frappe.call({
			method: `${API}.order_report`,
			args: { connector, customer: this.customer },
			freeze: true,
			freeze_message: __("{0} is asked", [escape(connector)]),
		});
		const said = message.created
			? escape(message.summary)
			: message.summary
				? __("Today's report is there already.")
				: message.state === "Refused"
					? __("The report was not delivered. What was said stands in the file.")
					: __("The report comes as soon as the bureau has it.");
		const indicator = message.state === "Refused" ? "red" : "blue";
		frappe.show_alert({ message: said, indicator }, 8);
		this.refresh();
	}

	async monitor(connector, on = true) {
		await frappe.call({
			method: `${API}.monitor`,
			args: { connector, customer: this.customer, on },
			freeze: true,
			freeze_message: __("{0} is asked", [escape(connector)]),
		});
		this.refresh();
	}

	end_monitoring(connector) {
		return this.monitor(connector, false);
	}

	async identify(connector) {
		const { message: file } = await frappe.db.get_value("Customer", this.customer, [
			"customer_name",
			"tax_id",
			"collections_registration_number",
		]);
		const dialog = new frappe.ui.Dialog({
			title: __("Identify with {0}", [escape(connector)]),
			size: "large",
			fields: [
				{
					fieldname: "name",
					fieldtype: "Data",
					label: __("Name"),
					default: file.customer_name,
				},
				{ fieldtype: "Column Break" },
				{
					fieldname: "tax_id",
					fieldtype: "Data",
					label: __("Tax ID"),
					default: file.tax_id,
				},
				{ fieldtype: "Column Break" },
				{
					fieldname: "registration_number",
					fieldtype: "Data",
					label: __("Registration Number"),
					default: file.collections_registration_number,
				},
				{ fieldtype: "Section Break" },
				{ fieldname: "candidates", fieldtype: "HTML" },
			],
			primary_action_label: __("Search"),
			primary_action: async (values) => {
				const { message } = await frappe.call({
					method: `${API}.identify`,
					args: { connector, customer: this.customer, ...values },
					freeze: true,
				});
				this.show_candidates(dialog, connector, message);
			},
		});
		dialog.show();
	}

	show_candidates(dialog, connector, candidates) {
		const field = dialog.get_field("candidates").$wrapper;
		if (!candidates.length) {
			return field.html(
				this.nothing(__("No company is found. Try another name or number.")),
			);
		}
		field.html(
			candidates
				.map((one, at) => {
					const taken = one.known_as && one.known_as !== this.customer;
					const facts = [one.customer_id, one.address, one.country, one.status];
					const action = taken
						? `<span class="text-muted">${__("is {0}", [escape(one.known_as)])}</span>`
						: `<button class="btn btn-primary btn-xs" data-at="${at}">${__("This One")}</button>`;
					return `<div class="panel-row"><span><b>${escape(one.name || one.customer_id)}</b>
						<div class="text-muted small">${facts.filter(Boolean).map(escape).join(" · ")}</div></span>
						${action}</div>`;
				})
				.join(""),
		);
		field
			.addClass("collections-panel")
			.find("[data-at]")
			.on("click", async (event) => {
				const one = candidates[event.currentTarget.dataset.at];
				await frappe.xcall(`${API}.choose_candidate`, {
					connector,
					customer: this.customer,
					number: one.customer_id,
					name: one.name,
					tax_id: one.tax_id,
				});
				dialog.hide();
				this.refresh();
			});
	}

	decide(name) {
		const report = this.data.reports.find((one) => one.name === name);
		const rows = report.matches.map(
			(one) => `<tr>
				<td><a href="${encodeURI(one.url)}" target="_blank" rel="noopener noreferrer">${escape(one.name)}</a>
					<div class="text-muted small">${escape(one.topics.join(", "))}</div></td>
				<td>${escape(one.kind)}</td>
				<td>${escape(one.countries.join(", "))}</td>
				<td class="text-right">${Math.round(one.similarity * 100)} %</td>
				<td class="small">${escape(one.lists.join(", "))}</td>
			</tr>`,
		);
		const dialog = new frappe.ui.Dialog({
			title: __("Is This the Customer?"),
			size: "large",
			fields: [
				{
					fieldname: "matches",
					fieldtype: "HTML",
					options: `<table class="table"><thead><tr><th>${__("Entry")}</th><th>${__("Kind")}</th>
						<th>${__("Countries")}</th><th>${__("Alike")}</th><th>${__("Lists")}</th></tr></thead>
						<tbody>${rows.join("")}</tbody></table>
						<p class="text-muted">${__(
							"A customer on a sanctions list gets the band of the rule On a sanctions list with the next run.",
						)}</p>`,
				},
			],
			primary_action_label: __("It Is the Customer"),
			primary_action: () => answer(true),
			secondary_action_label: __("It Is Somebody Else"),
			secondary_action: () => answer(false),
		});
		const answer = async (is_customer) => {
			await frappe.xcall(`${API}.decide_matches`, { report: name, is_customer });
			dialog.hide();
			this.refresh();
		};
		dialog.show();
	}
};
