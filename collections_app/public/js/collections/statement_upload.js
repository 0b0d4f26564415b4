// Statement files given by hand: several at once, one after the other, and what came of each.

frappe.provide("collections_app.statement_upload");

const API = "collections_app.api.connectors";

Object.assign(collections_app.statement_upload, {
	// The buttons of a connection that reads files; `inbox_folder` is where they wait.
	draw(frm) {
		const wrapper = frm.get_field("upload_html").$wrapper.empty();
		if (frm.is_new() || !frm.doc.inbox_folder) return;
		const button = (label, action) =>
			$(`<button class="btn btn-default btn-sm mr-2">${label}</button>`)
				.appendTo(wrapper)
				.on("click", action);
		if (frm.doc.connector === "file_drop") {
			button(__("Upload Statements"), () => choose(frm));
		}
		button(__("Retry Failed Files"), () => frm.events.read(frm, "retry_failed"));
	},
});

function choose(frm) {
	const reader = new Reader(frm);
	return new frappe.ui.FileUploader({
		doctype: frm.doctype,
		docname: frm.doc.name,
		make_attachments_public: false,
		// a bank statement is nobody else's business
		allow_toggle_private: false,
		allow_multiple: true,
		on_success: (file) => reader.take(file),
	});
}

// Reads files in the order in which they arrive, and tells the result when no more come.
class Reader {
	constructor(frm) {
		this.frm = frm;
		this.files = [];
		this.results = [];
	}

	take(file) {
		this.files.push(file);
		clearTimeout(this.ending);
		if (!this.working) this.work();
	}

	async work() {
		this.working = true;
		while (this.results.length < this.files.length) {
			const file = this.files[this.results.length];
			this.show_progress(file);
			this.results.push({ file, ...(await this.read(file)) });
		}
		this.working = false;
		// the next one may still be on its way to the server
		this.ending = setTimeout(() => this.tell(), 800);
	}

	async read(file) {
		try {
			return await frappe.xcall(`${API}.upload_statement`, {
				connector: this.frm.doc.name,
				file_url: file.file_url,
			});
		} catch {
			// the server has told why; the other files are read all the same
			return { created: 0, seen: 0, failed: 1, message: __("It could not be read.") };
		}
	}

	show_progress(file) {
		frappe.show_progress(
			__("Reading Statements"),
			this.results.length + 0.5,
			this.files.length,
			file.file_name,
			true,
		);
	}

	tell() {
		frappe.hide_progress();
		const { frm, results } = this;
		const failed = results.filter((one) => one.failed);
		const dialog = frappe.msgprint({
			title: __("What Came"),
			message: results_html(results),
			indicator: failed.length ? "orange" : "green",
			wide: true,
		});
		// the message names what is missing
		const unknown = failed.find((one) => one.message.includes("Bank CSV Format"));
		if (unknown && frappe.model.can_create("Bank CSV Format")) {
			dialog.set_primary_action(__("New Bank CSV Format"), () => {
				dialog.hide();
				frappe.new_doc("Bank CSV Format", {
					company: frm.doc.company,
					sample_file: unknown.file.file_url,
				});
			});
		}
		this.files = [];
		this.results = [];
		frm.reload_doc();
	}
}

function results_html(results) {
	const refused = results.filter(is_refused);
	const read = results.filter((one) => !is_refused(one));
	const sum = (field) => read.reduce((total, one) => total + one[field], 0);
	const headline = [
		read.length ? counts(sum("created"), sum("seen"), sum("failed")) : "",
		refused.length === 1 ? __("1 file was not taken") : "",
		refused.length > 1 ? __("{0} files were not taken", [refused.length]) : "",
	]
		.filter(Boolean)
		.join("; ");
	if (results.length === 1) return `<p><b>${headline}</b></p>${details(results[0])}`;
	const rows = results.map(
		(one) =>
			`<tr><td>${collections_app.escape(one.file.file_name)}</td>` +
			`<td>${outcome(one)}${details(one)}</td></tr>`,
	);
	return `<p><b>${headline}</b></p><table class="table table-bordered table-sm">${rows.join("")}</table>`;
}

// A file is taken whole or not at all, but for lines that the books refuse.
function is_refused({ created, seen, failed }) {
	return Boolean(failed) && !created && !seen;
}

function outcome(one) {
	if (is_refused(one)) return __("Not taken");
	return counts(one.created, one.seen, one.failed);
}

function counts(created, seen, failed) {
	const parts = [__("{0} new", [created])];
	if (seen) parts.push(__("{0} known", [seen]));
	if (failed) parts.push(__("{0} failed", [failed]));
	const lines = created + seen + failed;
	return `${lines === 1 ? __("1 line") : __("{0} lines", [lines])}: ${parts.join(", ")}`;
}

function details({ message }) {
	if (!message) return "";
	return `<div class="text-muted small">${collections_app.escape(message).replace(/\n/g, "<br>")}</div>`;
}
