// A customer's credit insurance: what is covered, used and free, and asking the insurer for more, less or none.
frappe.provide("collections_app");

const API = "collections_app.api.covers";
const { escape, pill, money, date, link } = collections_app;
const COLOURS = {
	Approved: "green",
	Requested: "orange",
	Waiting: "orange",
	Sending: "orange",
	"With Insurer": "blue",
	Answered: "green",
	Failed: "red",
	Uncertain: "red",
};
const NAMED = {
	Request: () => __("Request Cover"),
	Raise: () => __("Raise Cover"),
	Lower: () => __("Lower Cover"),
	Cancel: () => __("Cancel Cover"),
	"Declare Overdue": () => __("Declare Overdue"),
};

// on the buttons beside a cover, where the cover goes without saying
const SHORT = { Raise: () => __("Raise"), Lower: () => __("Lower") };

async function ask(method, args, done) {
	const { message } = await frappe.call({ method: `${API}.${method}`, args });
	frappe.show_alert({
		message: __("{0} is on its way to the insurer", [
			link("Cover Request", message, __("Cover Request")),
		]),
		indicator: "blue",
	});
	done();
}

// asks for the amount of a change and sends it
collections_app.change_cover = (cover, change, done) => {
	if (change === "Cancel") {
		const text = __("{0} covers {1} no longer from then on. Cancel the cover?", [
			escape(cover.insurer),
			money(cover.amount, cover.currency),
		]);
		return frappe.confirm(text, () =>
			ask("change_cover", { cover: cover.name, change }, done),
		);
	}
	frappe.prompt(
		{
			fieldname: "amount",
			fieldtype: "Float",
			precision: 2,
			label: __("Amount in {0}", [cover.currency]),
			description: __("Covered now: {0}", [money(cover.amount, cover.currency)]),
			reqd: 1,
		},
		({ amount }) => ask("change_cover", { cover: cover.name, change, amount }, done),
		NAMED[change](),
		__("Send"),
	);
};

// `declared`: what the insurer will be told
collections_app.declare_overdue = (cover, declared, done) =>
	frappe.confirm(
		__("Tell {0} that {1} is overdue, the oldest since {2} ({3})?", [
			escape(cover.insurer),
			`<b>${money(declared.amount, declared.currency)}</b>`,
			date(declared.due_date),
			escape(declared.document),
		]),
		() => ask("declare_overdue", { cover: cover.name }, done),
	);

// covered, used and free as a bar; red where the exposure is above the cover
collections_app.cover_bar = ({ covered, used, free, currency }) => {
	const share = covered ? Math.min(100, (100 * used) / covered) : 100;
	const over = used - covered > 0.005;
	const colour = over ? "red" : share >= 80 ? "orange" : "green";
	const words = over
		? __("{0} used, {1} above the cover of {2}", [
				money(used, currency),
				money(used - covered, currency),
				money(covered, currency),
			])
		: __("{0} used of {1}, {2} free", [
				money(used, currency),
				money(covered, currency),
				money(free, currency),
			]);
	return `<div class="progress mt-2 mb-1" style="height: 8px">
			<div class="progress-bar" role="progressbar" aria-valuenow="${Math.round(share)}" aria-valuemin="0"
				aria-valuemax="100" style="width: ${share}%; background: var(--${colour}-500)"></div>
		</div><div class="text-muted small mb-2">${words}</div>`;
};

collections_app.CreditCovers = class CreditCovers {
	constructor({ wrapper, customer, company }) {
		this.wrapper = $(wrapper);
		this.customer = customer;
		this.company = company;
		this.wrapper.on("click", "[data-cover]", (event) => {
			event.preventDefault();
			const { cover, name } = event.currentTarget.dataset;
			this.act(cover, name);
		});
	}

	async refresh() {
		if (!frappe.model.can_read("Credit Cover")) return;
		this.data = await frappe.xcall(`${API}.overview`, {
			customer: this.customer,
			company: this.company,
		});
		this.render();
	}

	render() {
		const { covers, insurers, requests } = this.data;
		if (!covers.length && !insurers.length && !requests.length) return this.wrapper.empty();
		const button = this.data.may_ask && insurers.length ? this.button("Request") : "";
		const none = `<div class="text-muted">${__("Not insured")}</div>`;
		this.wrapper.html(`<div class="panel-columns">
			<div class="panel-part">
				<div class="panel-title"><span>${__("Credit Insurance")}</span> ${button}</div>
				${covers.map((one) => this.cover(one)).join("") || none}
			</div>
			<div class="panel-part">
				<div class="panel-title">${__("Asked of the Insurer")}</div>
				${
					requests.map((one) => this.request(one)).join("") ||
					`<div class="text-muted">${__("None")}</div>`
				}
			</div>
		</div>`);
	}

	button(change, name = "", kind = "default") {
		return `<button class="btn btn-${kind} btn-xs" data-cover="${change}"
			data-name="${escape(name)}">${(SHORT[change] || NAMED[change])()}</button>`;
	}

	cover(one) {
		const requested = one.status === "Requested";
		const marks = [pill(__(one.status), COLOURS[one.status])];
		if (one.days_left !== null && one.days_left <= this.data.warn_days) {
			marks.push(pill(__("{0} days left", [one.days_left]), "orange"));
		}
		if (one.to_declare) {
			const late = __("To be declared: {0} days overdue, {1} allowed", [
				this.data.overdue,
				one.notify_after_days,
			]);
			marks.push(pill(late, "red"));
		} else if (one.notified_on) {
			marks.push(pill(__("Overdue declared on {0}", [date(one.notified_on)]), "blue"));
		}
		const buttons = [];
		if (this.data.may_ask && one.connected && !requested) {
			buttons.push(
				...["Raise", "Lower", "Cancel"].map((kind) => this.button(kind, one.name)),
			);
			if (this.data.overdue) {
				const kind = one.to_declare ? "primary" : "default";
				buttons.push(this.button("Declare Overdue", one.name, kind));
			}
		}
		const until = one.valid_until
			? __("until {0}", [date(one.valid_until)])
			: __("until further notice");
		return `<div class="panel-row"><span>
				<b>${link("Credit Cover", one.name, one.insurer)}</b>
				${money(requested ? one.amount_requested : one.amount, one.currency)}
				<span class="text-muted">${requested ? "" : until}</span> ${marks.join(" ")}
				<div class="panel-actions mt-2">${buttons.join("")}</div>
			</span></div>`;
	}

	request(one) {
		const amount = one.change === "Cancel" ? "" : money(one.amount, one.currency);
		const answer = one.answer
			? `<span class="text-muted">${escape(__(one.answer))}</span>`
			: "";
		return `<div class="panel-row"><span>
				${link("Cover Request", one.name, NAMED[one.change]())} ${amount} ${answer}
				<span class="text-muted small">${date(one.creation)}</span>
			</span><span>${pill(__(one.status), COLOURS[one.status])}</span></div>`;
	}

	act(change, name) {
		const done = () => this.refresh();
		if (change === "Request") return this.ask_for_cover(done);
		const cover = this.data.covers.find((one) => one.name === name);
		return change === "Declare Overdue"
			? collections_app.declare_overdue(cover, this.data.declared, done)
			: collections_app.change_cover(cover, change, done);
	}

	ask_for_cover(done) {
		const { insurers, company, currency } = this.data;
		frappe.prompt(
			[
				{
					fieldname: "connector",
					fieldtype: "Select",
					label: __("Insurer"),
					options: insurers.map(({ connector }) => connector),
					default: insurers[0].connector,
					reqd: 1,
				},
				{
					fieldname: "amount",
					fieldtype: "Float",
					precision: 2,
					label: __("Amount"),
					reqd: 1,
				},
				{
					fieldname: "currency",
					fieldtype: "Link",
					options: "Currency",
					label: __("Currency"),
					default: currency,
					reqd: 1,
				},
			],
			(values) =>
				ask("request_cover", { customer: this.customer, company, ...values }, done),
			NAMED.Request(),
			__("Send"),
		);
	}
};
