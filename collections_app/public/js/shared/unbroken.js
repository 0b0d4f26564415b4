// Text for a page, escaped, in which at a line's end no date parts at its hyphens and no amount from its sign.
const { escape } = collections_app;

const DATE = String.raw`\d{1,4}([-./])\d{1,2}\1\d{1,4}`;
const NUMBER = String.raw`\d+(?:[.,'\s]\d{2,3}(?!\d))*(?:[.,]\d+)?`;
const AMOUNT = String.raw`[+−-]?\p{Sc}\s?[−-]?${NUMBER}|${NUMBER}\s?\p{Sc}`;
const TOGETHER = new RegExp(`${DATE}|${AMOUNT}`, "gu");

export function unbroken(text) {
	return escape(text).replace(TOGETHER, `<span class="text-nowrap">$&</span>`);
}
