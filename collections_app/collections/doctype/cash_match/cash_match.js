const API = "collections_app.api.cash";
const KINDS = {
	discount: __("Discount"),
	fee: __("Bank Charge"),
	rounding: __("Rounding"),
};

frappe.ui.form.on("Cash Match", {
	refresh(frm) {
		frm.disable_save();
		const may = frappe.model.can_write("Cash Match");
		const open = ["To Review", "Undone"].includes(frm.doc.status);
		frm.events.show_proposals(frm, may && open);
		if (frm.doc.status === "To Review" && frm.doc.error) {
			frm.dashboard.set_headline_alert(collections_app.escape(frm.doc.error), "red");
		} else if (frm.doc.status === "To Review") {
			frm.dashboard.set_headline_alert(
				frm.doc.proposals.length
					? __("Choose the proposal that fits, or ignore the payment.")
					: frm.doc.is_return
						? __(
								"The payment that was taken back is not known. Book the return by hand.",
							)
						: __(
								"No open invoice fits. Book the Bank Transaction by hand, or ignore it.",
							),
				"orange",
			);
		}
		if (open) {
			frm.add_custom_button(__("Review"), () => {
				frappe.route_options = { match: frm.doc.name };
				frappe.set_route("cash-review");
			});
		}
		if (!may) return;
		if (open) {
			frm.add_custom_button(__("Ignore"), () =>
				collections_app.ask_reason(
					__("Ignore Payment"),
					(reason) => frm.events.act(frm, "ignore", { reason }),
					{ reqd: 0 },
				),
			);
		}
		if (frm.doc.status === "Applied") {
			frm.add_custom_button(__("Undo"), () =>
				frappe.confirm(
					frm.doc.voucher && !frm.doc.is_return
						? __(
								"Take {0} off the bank line, and put the payment back into the queue?",
								[frm.doc.voucher],
							)
						: __("Cancel what was booked and put the payment back into the queue?"),
					() => frm.events.act(frm, "undo"),
				),
			);
		} else if (["Ignored", "No Customer"].includes(frm.doc.status)) {
			frm.add_custom_button(__("Undo"), () => frm.events.act(frm, "undo"));
		}
	},

	act(frm, method, args = {}) {
		return frappe
			.call({
				method: `${API}.${method}`,
				args: { match: frm.doc.name, ...args },
				freeze: true,
			})
			.then(() => frm.reload_doc());
	},

	// One card a proposal: its invoices, why, how sure, and the button that books it.
	show_proposals(frm, may_accept) {
		const { escape, money, link } = collections_app;
		const wrapper = $(frm.get_field("proposals").wrapper);
		wrapper.find(".match-proposals").remove();
		frm.get_field("proposals").grid.wrapper.hide();
		const ranks = [...new Set((frm.doc.proposals || []).map((row) => row.rank))].sort(
			(a, b) => a - b,
		);
		const cards = ranks.map((rank) => {
			const rows = frm.doc.proposals.filter((row) => row.rank === rank);
			const total = rows.reduce((sum, row) => sum + row.amount, 0);
			const invoices = rows
				.map(
					(row) =>
						`<div class="panel-row"><span>${
							row.voucher
								? link(row.voucher_type, row.voucher)
								: link("Sales Invoice", row.sales_invoice)
						}</span><span>${money(row.amount, row.currency)}</span></div>${
							row.short
								? `<div class="panel-row text-muted small"><span>${escape(
										KINDS[row.short_kind] || row.short_kind,
									)}</span><span>${money(row.short, row.currency)}</span></div>`
								: ""
						}`,
				)
				.join("");
			const button = may_accept
				? `<button class="btn btn-sm ${
						rank === ranks[0] ? "btn-primary" : "btn-default"
					}" data-accept="${rank}">${__("Apply")}</button>`
				: "";
			return `<div class="panel-figure">
				<div class="d-flex justify-content-between align-items-center">
					<b>${rows[0].customer ? link("Customer", rows[0].customer) : __("No customer")}</b>
					<span>${__("{0} % sure", [Math.floor(rows[0].confidence)])}</span>
				</div>
				<div class="text-muted small mt-1 mb-1">${escape(rows[0].reason)}</div>
				${invoices}
				<div class="d-flex justify-content-between align-items-center mt-2">
					<b>${money(total, rows[0].currency)}</b>${button}
				</div>
			</div>`;
		});
		if (!cards.length) return;
		$(
			`<div class="collections-panel match-proposals"><div class="panel-columns mt-0">${cards.join(
				"",
			)}</div></div>`,
		)
			.appendTo(wrapper)
			.on("click", "[data-accept]", (event) =>
				frm.events.act(frm, "accept_proposal", {
					rank: cint(event.currentTarget.dataset.accept),
				}),
			);
	},
});
