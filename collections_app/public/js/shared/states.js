// What a panel shows while it has nothing else to show: loading, empty, or failed. Never a blank one.
import { reason_of } from "./server.js";

const { escape } = collections_app;

export function alert_box(message, colour = "red") {
	return `<div class="form-message ${colour}" role="alert">${escape(message)}</div>`;
}

// Grey lines where the text will stand.
export function loading(lines = 3) {
	const line = `<div class="panel-line"></div>`;
	return `<div class="panel-state panel-loading" role="status" aria-label="${__("Loading")}">${line.repeat(lines)}</div>`;
}

// `action`: { label, name }; the page listens to clicks on [data-do="name"].
export function empty(title, text = "", action = null) {
	const button = action
		? `<button class="btn btn-default btn-sm" data-do="${action.name}">${escape(action.label)}</button>`
		: "";
	return `<div class="panel-state text-center" data-empty><p><b>${escape(title)}</b></p>
		<p class="text-muted">${escape(text)}</p>${button}</div>`;
}

// The page listens to clicks on [data-retry].
export function failed(error) {
	return `<div class="panel-state" data-failed>${alert_box(reason_of(error))}
		<button class="btn btn-default btn-sm" data-retry>${__("Try Again")}</button></div>`;
}
