const FIELDS = ["subject", "body", "sms_text"];

// The three texts of the language being edited: subject on one line, the body as code, the text message with its size.
export class TextFields {
	constructor(editor, wrapper) {
		this.editor = editor;
		this.last = "body";
		this.subject = this.input(wrapper, "subject", __("Subject"), "<input type='text'>");
		this.make_body(wrapper);
		this.sms_text = this.input(
			wrapper,
			"sms_text",
			__("Text Message"),
			"<textarea rows='4'></textarea>",
		);
		this.size = $(`<p class="help-box small text-muted letter-sms-size"></p>`).appendTo(
			wrapper,
		);
	}

	input(wrapper, field, label, html) {
		$(`<label class="control-label">${label}</label>`).appendTo(wrapper);
		const input = $(html)
			.addClass("form-control")
			.attr({ "data-field": field, "aria-label": label })
			.prop("disabled", this.editor.read_only)
			.appendTo(wrapper);
		input.on("input", () => this.editor.set(field, input.val()));
		input.on("focus", () => (this.last = field));
		return input;
	}

	// Lines are numbered and not wrapped, so that a problem's line is found at a glance.
	make_body(wrapper) {
		$(`<label class="control-label">${__("Body")}</label>`).appendTo(wrapper);
		const box = $(`<div class="letter-code"><pre class="letter-lines"></pre></div>`).appendTo(
			wrapper,
		);
		this.lines = box.find(".letter-lines");
		this.body = $(`<textarea rows="24" wrap="off" spellcheck="false"></textarea>`)
			.addClass("form-control")
			.attr({ "data-field": "body", "aria-label": __("Body") })
			.prop("disabled", this.editor.read_only)
			.appendTo(box);
		this.body.on("input", () => {
			this.number_lines();
			this.editor.set("body", this.body.val());
		});
		this.body.on("focus", () => (this.last = "body"));
		this.body.on("scroll", () => this.lines.scrollTop(this.body.scrollTop()));
	}

	number_lines() {
		const count = this.body.val().split("\n").length;
		this.lines.text(Array.from({ length: count }, (_value, index) => index + 1).join("\n"));
	}

	show(row) {
		for (const field of FIELDS) {
			const text = (row && row[field]) || "";
			if (this[field].val() !== text) this[field].val(text);
		}
		this.number_lines();
	}

	// Inserts at the cursor of the text that had it last.
	insert(text) {
		if (this.editor.read_only) return;
		const input = this[this.last].get(0);
		input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
		input.focus();
		this.number_lines();
		this.editor.set(this.last, input.value);
	}

	go_to(field, line) {
		const input = this[field].get(0);
		const before = input.value
			.split("\n")
			.slice(0, line - 1)
			.join("\n");
		const start = before ? before.length + 1 : 0;
		const end = input.value.indexOf("\n", start);
		input.focus();
		input.setSelectionRange(start, end < 0 ? input.value.length : end);
		if (field === "body") {
			const height = input.scrollHeight / input.value.split("\n").length;
			input.scrollTop = Math.max(0, (line - 4) * height);
		}
	}

	// The size of the text message once it is filled in, as the gateway bills it.
	show_size(size) {
		if (!size || !size.parts) {
			this.size.text("");
			return;
		}
		const parts = size.parts === 1 ? __("1 message") : __("{0} messages", [size.parts]);
		const text = __("{0} characters filled in, {1}, {2} left ({3})", [
			size.length,
			parts,
			size.left,
			size.encoding,
		]);
		const why = size.blockers
			? ` ${__("Because of {0} only 70 fit in one message.", [
					[...size.blockers].slice(0, 8).join(" "),
				])}`
			: "";
		this.size.text(text + why).toggleClass("text-warning", size.parts > 1);
	}
}
