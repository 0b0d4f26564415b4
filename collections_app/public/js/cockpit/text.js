// Figures as text. Cents are left out: a cockpit is read at a glance.
export function money(amount, currency) {
	return strip_html(format_currency(amount || 0, currency, 0));
}

export function signed_money(amount, currency) {
	return `${amount < 0 ? "−" : "+"}${money(Math.abs(amount), currency)}`;
}

export function figure(value, unit, currency) {
	if (unit === "money") return money(value, currency);
	const number = format_number(value, null, 1);
	return unit === "percent" ? __("{0} %", [number]) : __("{0} days", [number]);
}

export const day = (value) => frappe.datetime.str_to_user(String(value).slice(0, 10));

// The time for today, the day for others.
export function moment_text(value) {
	if (!value) return "";
	const text = String(frappe.datetime.convert_to_user_tz(String(value)));
	if (text.slice(0, 10) !== frappe.datetime.now_date()) return day(text);
	return text.slice(11, 16);
}

export const counted = (count, one, many) => (count === 1 ? one : many);
