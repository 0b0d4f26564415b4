// The Collections tab of a customer: standing, score with reasons, agreements, messages, and the buttons that act.
frappe.provide("collections_app");

const { escape, pill, status_pill, money, date, link } = collections_app;

collections_app.CustomerPanel = class CustomerPanel {
	constructor({ wrapper, customer, on_change }) {
		this.wrapper = $(wrapper);
		this.customer = customer;
		this.on_change = on_change;
	}

	async refresh(company) {
		if (!this.data) this.wrapper.html(`<div class="text-muted">${__("Loading...")}</div>`);
		this.data = await frappe.xcall("collections_app.api.customer.summary", {
			customer: this.customer,
			company: company || this.company,
		});
		this.company = this.data.company;
		this.render();
	}

	get subject() {
		return {
			customer: this.customer,
			company: this.company,
			done: () => {
				this.refresh();
				if (this.on_change) this.on_change();
			},
		};
	}

	get open_case() {
		const { case: found } = this.data || {};
		return found && found.status === "Open" ? found : null;
	}

	act(action) {
		if (action === "promise") return collections_app.record_promise(this.subject);
		if (action === "dispute") return collections_app.record_dispute(this.subject);
		if (action === "worklist") {
			frappe.route_options = { company: this.company, text: this.customer };
			return frappe.set_route("collections-worklist");
		}
		if (action === "case") {
			return this.data.case
				? frappe.set_route("Form", "Collection Case", this.data.case.name)
				: frappe.new_doc("Collection Case", {
						customer: this.customer,
						company: this.company,
					});
		}
		if (!this.open_case) {
			return frappe.msgprint(__("Open a case for this customer first"));
		}
		const subject = { ...this.subject, case: this.open_case.name };
		return action === "call"
			? collections_app.log_call(subject)
			: collections_app.pause(subject);
	}

	render() {
		collections_app.end_charts(this.wrapper);
		this.wrapper.html(`<div class="collections-panel">
			${this.head()}
			${this.figures()}
			${collections_app.ageing_bar(this.data.ageing, this.data.currency)}
			${this.score()}
			<div class="panel-part panel-wide">
				<div class="panel-title">${__("Exposure, Limit and Cover")}</div>
				<div data-exposure class="text-muted">${__("Loading...")}</div>
			</div>
			<div data-credit-covers></div>
			<div data-credit-reports></div>
			<div class="panel-columns">${this.agreements()}${this.messages()}</div>
		</div>`);
		this.wrapper.find("[data-act]").on("click", (event) => {
			event.preventDefault();
			this.act(event.currentTarget.dataset.act);
		});
		this.wrapper.find("[data-company]").on("change", (event) => {
			this.refresh(event.currentTarget.value);
		});
		this.draw_course();
		this.draw_exposure();
		collections_app.fold_risk_factors(this.wrapper);
		new collections_app.CreditCovers({
			wrapper: this.wrapper.find("[data-credit-covers]"),
			customer: this.customer,
			company: this.company,
		}).refresh();
		new collections_app.CreditReports({
			wrapper: this.wrapper.find("[data-credit-reports]"),
			customer: this.customer,
			company: this.company,
		}).refresh();
	}

	head() {
		const { data } = this;
		const pills = [];
		if (data.score) {
			const text = __("Risk {0}, {1} of 100", [
				data.score.band,
				Math.round(data.score.score),
			]);
			pills.push(pill(text, collections_app.BAND_COLOURS[data.score.band]));
		}
		if (data.class)
			pills.push(pill(__(data.class), collections_app.CLASS_COLOURS[data.class]));
		if (data.case) {
			pills.push(
				pill(
					data.case.status === "Open" ? __(data.case.stage) : __("Case Closed"),
					"blue",
				),
			);
		}
		const why = data.reasons.length
			? `<div class="mt-2">${data.reasons.map(escape).join(" · ")}</div>`
			: "";
		const companies =
			data.companies.length > 1
				? `<select class="form-control input-xs mb-2" data-company aria-label="${__("Company")}">
					${data.companies
						.map(
							(name) =>
								`<option ${name === data.company ? "selected" : ""}>${escape(name)}</option>`,
						)
						.join("")}</select>`
				: "";
		const button = (act, text, kind = "default") =>
			`<button class="btn btn-${kind} btn-sm" data-act="${act}">${text}</button>`;
		return `<div class="panel-head">
			<div>${companies}${pills.join(" ")}${why}</div>
			<div class="panel-actions">
				${button("promise", __("Promise to Pay"))}
				${button("dispute", __("Dispute"))}
				${button("call", __("Log Call"))}
				${button("pause", __("Pause"))}
				${button("worklist", __("Worklist"))}
				${button("case", data.case ? __("Open Case") : __("New Case"), "primary")}
			</div>
		</div>`;
	}

	figures() {
		const { case: found, currency } = this.data;
		if (!found) {
			return `<p class="text-muted">${__("No case with {0} yet.", [escape(this.data.company)])}</p>`;
		}
		const figure = collections_app.panel_figure;
		const oldest =
			found.overdue > 0 && found.oldest_due_date
				? __("oldest due {0}", [date(found.oldest_due_date)])
				: "";
		return `<div class="panel-figures">
			${figure(__("Overdue"), money(found.overdue, currency), oldest)}
			${figure(__("Outstanding"), money(found.outstanding, currency))}
			${figure(__("Dunning Level"), found.dunning_level || 0, escape(found.dunning_plan || ""))}
			${figure(__("Last Contact"), date(found.last_contact_on) || __("never"))}
			${figure(
				__("Next"),
				escape(found.next_action || "") || "–",
				[date(found.next_action_on), escape(found.next_action_reason || "")]
					.filter(Boolean)
					.join(", "),
			)}
		</div>`;
	}

	score() {
		const { score } = this.data;
		if (!score) {
			const hint = __(
				"Not scored yet: the next Collection Run scores everyone with an invoice.",
			);
			return `<div class="panel-wide">${this.column(__("Score"), [], hint)}</div>`;
		}
		const title = `${link("Risk Score", score.name, __("Score"))}
			<span class="panel-note">${__("as of {0}", [date(score.as_of)])}</span>`;
		const body = `${collections_app.risk_gauge(score)}
			<div class="risk-note">${collections_app.risk_sureness(score)}</div>`;
		const why = collections_app.risk_factors(score.factors, {
			learned: Boolean(score.has_learned),
		});
		return `<div class="risk-overview panel-columns">
			<div>
				${this.column(title, [body])}
				${this.column(__("What Would Change It"), [collections_app.risk_changes(score.changes)])}
				${this.column(__("Its Course"), [`<div class="risk-course" data-chart="course"></div>`])}
			</div>
			${this.column(__("Why"), [why])}
		</div>`;
	}

	async draw_course() {
		if (!this.data.score) return;
		const rows = await frappe.xcall("collections_app.api.scoring.history", {
			customer: this.customer,
			company: this.company,
		});
		collections_app.risk_history(this.wrapper.find(".risk-course")[0], rows);
	}

	async draw_exposure() {
		const place = this.wrapper.find("[data-exposure]");
		if (!this.company) return place.text(__("There is no company yet"));
		const standing = await frappe.xcall("collections_app.api.credit.standing", {
			customer: this.customer,
			company: this.company,
		});
		place.removeClass("text-muted").html(collections_app.exposure_bar(standing));
	}

	agreements() {
		const { promises, disputes } = this.data;
		const rows = promises.map(
			(one) =>
				`<div class="panel-row"><span>${link(
					"Promise to Pay",
					one.name,
					__("{0} by {1}", [
						strip_html(money(one.amount, one.currency)),
						date(one.due_on),
					]),
				)}</span>${status_pill(one.status)}</div>`,
		);
		for (const one of disputes) {
			rows.push(
				`<div class="panel-row"><span>${link(
					"Invoice Dispute",
					one.name,
					`${one.sales_invoice}: ${__(one.reason)}, ${strip_html(
						money(one.disputed_amount, one.currency),
					)}`,
				)}</span>${status_pill(one.status)}</div>`,
			);
		}
		return this.column(__("Promises and Disputes"), rows, __("None"));
	}

	messages() {
		const rows = this.data.actions.map(
			(one) =>
				`<div class="panel-row"><span>${link(
					"Collection Action",
					one.name,
					one.step_name || one.subject || __(one.channel),
				)} <span class="text-muted">${date(one.sent_at || one.planned_on)}</span></span>${status_pill(
					one.status,
				)}</div>`,
		);
		return this.column(__("Latest Messages"), rows, __("None"));
	}

	column(title, rows, empty = "") {
		const body = rows.length ? rows.join("") : `<div class="text-muted">${empty}</div>`;
		return `<div class="panel-part"><div class="panel-title">${title}</div>${body}</div>`;
	}
};
