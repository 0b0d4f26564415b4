"""Prints: HTML that holds the document, and PDF files made by Chromium.

As shipped, the function that renders a print's body returns an empty text, and those that make a PDF refuse.
"""

import io
import re
from pathlib import Path

from sandbox.patches.hook import after_import
from sandbox.paths import SITES

INCH = 25.4
MILLIMETRES = {"mm": 1, "cm": 10, "in": INCH, "px": INCH / 96, "pt": INCH / 72}
PAGE_SIZES = {
	"A3": (297, 420),
	"A4": (210, 297),
	"A5": (148, 210),
	"B5": (176, 250),
	"Letter": (216, 279),
	"Legal": (216, 356),
}
MARGIN = "15mm"
FOOTER_MARGIN = "22mm"
FOOTER_STYLE = ".print-format { width: 100%; padding: 0 15mm; box-sizing: border-box; font-size: 8pt; font-family: sans-serif; }"


@after_import("frappe.utils.pdf")
def restore_pdf(pdf) -> None:
	pdf.pdf_body_html, pdf.get_pdf, pdf.get_chrome_pdf = pdf_body_html, get_pdf, get_chrome_pdf


@after_import("frappe.utils.weasyprint")
def print_builder_formats(weasyprint) -> None:
	weasyprint.PrintFormatGenerator.render_pdf = lambda self: get_pdf(self.get_html_preview())


def pdf_body_html(template, args, **options) -> str:
	"""The print's HTML."""
	return template.render(args, filters={"len": len})


def get_chrome_pdf(print_format=None, html="", options=None, output=None, pdf_generator=None, **more):
	"""The hook's function for print formats that ask for Chromium; any other is not its business."""
	return get_pdf(html, options, output) if pdf_generator == "chrome" else None


def get_pdf(html, options=None, output=None):
	"""The HTML as a PDF file's bytes.

	With `output` (a pypdf writer) its pages are added to that, which is returned.
	"""
	from pypdf import PdfReader, PdfWriter

	import frappe
	from frappe.utils import get_url, scrub_urls

	from sandbox.browser import browser

	options = options or {}
	html, furniture = page_furniture(scrub_urls(html))
	content = browser().print_to_pdf(
		html,
		get_url(),
		site_file_finder(),
		{**layout({**furniture["options"], **options}), **furniture["footer"]},
	)
	if output is None and not options.get("password"):
		return content
	reader = PdfReader(io.BytesIO(content))
	if output is not None:
		output.append_pages_from_reader(reader)
		return output
	writer = PdfWriter()
	writer.append_pages_from_reader(reader)
	writer.encrypt(frappe.safe_decode(options["password"]), algorithm="AES-256")
	encrypted = io.BytesIO()
	writer.write(encrypted)
	return encrypted.getvalue()


def page_furniture(html: str) -> tuple[str, dict]:
	"""The HTML without its `#footer-html`; that footer and the margins of the rule `.print-format` for Chromium.

	Both are how Frappe's print formats say them; `.page` and `.topage` are the numbers of the page and of the last one.
	"""
	from bs4 import BeautifulSoup

	soup = BeautifulSoup(html, "html5lib")
	style = "\n".join(tag.string or "" for tag in soup.find_all("style"))
	rules = "".join(re.findall(r"(?:^|[},/])\s*\.print-format\s*\{([^}]*)\}", style))
	options = dict(re.findall(r"(margin-(?:top|right|bottom|left))\s*:\s*([\d.]+(?:mm|cm|in|px|pt))", rules))
	for tag in soup.select(".hidden-pdf"):
		tag.extract()
	for tag in soup.select(".visible-pdf"):
		tag["class"].remove("visible-pdf")
	footer = soup.find(id="footer-html")
	if not footer:
		return str(soup), {"options": options, "footer": {}}
	footer = footer.extract()
	for mark, name in (("page", "pageNumber"), ("topage", "totalPages")):
		for tag in footer.select(f".{mark}"):
			tag["class"] = [name]
	# Chromium's own font size of a footer is nought, and it lies in the margin
	template = f'<style>{FOOTER_STYLE}</style><div class="print-format">{footer}</div>'
	return str(soup), {
		"options": {"margin-bottom": FOOTER_MARGIN, **options},
		"footer": {
			"displayHeaderFooter": True,
			"headerTemplate": "<span></span>",
			"footerTemplate": template,
		},
	}


def layout(options: dict) -> dict:
	"""wkhtmltopdf's options, which Frappe's callers give, as Chromium's, in inches."""
	import frappe

	settings = frappe.db.get_singles_dict("Print Settings") if frappe.db else {}
	size = options.get("page-size") or settings.get("pdf_page_size") or "A4"
	if size == "Custom":
		width, height = (float(settings.get(f"pdf_page_{side}") or 0) for side in ("width", "height"))
	else:
		width, height = PAGE_SIZES.get(size, PAGE_SIZES["A4"])
	width = length(options.get("page-width"), width)
	height = length(options.get("page-height"), height)
	margins = {
		f"margin{side.title()}": length(options.get(f"margin-{side}"), length(MARGIN, 0)) / INCH
		for side in ("top", "right", "bottom", "left")
	}
	return {
		"paperWidth": (width or PAGE_SIZES["A4"][0]) / INCH,
		"paperHeight": (height or PAGE_SIZES["A4"][1]) / INCH,
		"landscape": options.get("orientation") == "Landscape",
		"preferCSSPageSize": True,
		**margins,
	}


def length(value, default: float) -> float:
	"""Millimetres of a CSS length; a bare number is in millimetres."""
	if value in (None, ""):
		return default
	text = str(value).strip()
	unit = text[-2:]
	return float(text[:-2]) * MILLIMETRES[unit] if unit in MILLIMETRES else float(text)


def site_file_finder():
	"""Which path of the site is which public file.

	Found out here, because the browser's thread knows no site.
	"""
	import frappe

	folders = {"/assets/": SITES / "assets", "/files/": Path(frappe.get_site_path("public", "files"))}

	def find_file(path):
		for prefix, folder in folders.items():
			if path.startswith(prefix):
				file = folder / path.removeprefix(prefix)
				return None if ".." in file.parts else file
		return None

	return find_file
