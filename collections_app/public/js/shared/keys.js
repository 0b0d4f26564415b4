// What each key of a page does: [key, words] a row.
export function show_keys(rows) {
	frappe.msgprint({
		title: __("Keys"),
		message: `<table class="table table-borderless mb-0">${rows
			.map(
				([key, what]) =>
					`<tr><td class="text-nowrap"><kbd>${key}</kbd></td><td>${what}</td></tr>`,
			)
			.join("")}</table>`,
	});
}
