"""Payment Models: kept with their proof, one of a company in use."""

import json

import frappe
from frappe import _

from collections_app.engine.prediction.drift import Watch
from collections_app.engine.prediction.learned import PaymentModel
from collections_app.engine.prediction.storage import ModelFormatError, from_bytes, to_bytes
from collections_app.services import settings
from collections_app.services.run.context import WARNING, RunContext
from collections_app.services.texts import message_of

IN_USE = "In Use"
FILE_NAME = "payment-model.skops"


def model_in_use(company: str) -> str | None:
	"""The company's Payment Model, if it has one and the settings let it be used."""
	if not settings.get().learn_payments:
		return None
	return frappe.db.get_value(
		"Payment Model", {"company": company, "status": IN_USE}, order_by="learned_on desc, creation desc"
	)


def load(name: str) -> PaymentModel:
	"""ModelFormatError when its file is gone, or was written by another version of the libraries."""
	attached = {"attached_to_doctype": "Payment Model", "attached_to_name": name}
	file = frappe.db.get_value("File", {**attached, "attached_to_field": "model_file"})
	if not file:
		raise ModelFormatError(_("The file of {0} is gone.").format(name))
	with open(frappe.get_doc("File", file).get_full_path(), "rb") as stream:
		return from_bytes(stream.read())


def load_in_use(context: RunContext) -> tuple[str, PaymentModel] | tuple[None, None]:
	"""The model to predict with; none, and told, when it cannot be read: then the baseline does."""
	name = model_in_use(context.company)
	if not name:
		return None, None
	try:
		return name, load(name)
	except (ModelFormatError, OSError) as error:
		context.tell(
			WARNING,
			_("{0} cannot be used ({1}): the customers' averages predict until it is learned again.").format(
				name, message_of(error)
			),
			"Payment Model",
			name,
		)
		return None, None


def keep(company: str, model: PaymentModel, proof: Watch, seconds: float, status: str, message: str) -> str:
	"""Writes a learned model down; in use, it takes the place of the one before."""
	doc = frappe.get_doc(
		{
			"doctype": "Payment Model",
			"company": company,
			"status": status,
			"message": message,
			"learned_on": model.as_of,
			"invoices": model.count,
			"seconds": round(seconds, 1),
			**_measures(proof),
		}
	).insert(ignore_permissions=True)
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": FILE_NAME,
			"is_private": 1,
			"content": to_bytes(model),
			"attached_to_doctype": "Payment Model",
			"attached_to_name": doc.name,
			"attached_to_field": "model_file",
		}
	).insert(ignore_permissions=True)
	doc.db_set("model_file", file.file_url, update_modified=False)
	if status == IN_USE:
		_replace(company, doc.name)
	return doc.name


def note_failure(company: str, learned_on, status: str, message: str) -> str:
	"""That nothing could be learned, and why; what is in use stays in use."""
	values = {"company": company, "status": status, "learned_on": learned_on, "message": message}
	return frappe.get_doc({"doctype": "Payment Model", **values}).insert(ignore_permissions=True).name


def note_watch(name: str, found: Watch, day, drifted: str | None) -> None:
	"""How the model did since it was learned. `drifted`: why it is no longer used."""
	values = {
		"watched_on": day,
		"watched_outcomes": found.outcomes,
		"watched_shift": found.shift,
		"watched_brier": found.model.get("brier"),
		"watched_baseline_brier": found.baseline.get("brier"),
		"watched_mae_days": found.model.get("mae_days_to_pay"),
		"watched_baseline_mae_days": found.baseline.get("mae_days_to_pay"),
	}
	if drifted:
		values.update(status="Drifted", message=drifted)
	frappe.db.set_value("Payment Model", name, values)


def _replace(company: str, name: str) -> None:
	for old in frappe.get_all(
		"Payment Model", {"company": company, "status": IN_USE, "name": ["!=", name]}, pluck="name"
	):
		frappe.db.set_value("Payment Model", old, "status", "Replaced")


def _measures(proof: Watch) -> dict:
	if not proof.outcomes:
		return {}
	return {
		"outcomes": proof.outcomes,
		"auc": proof.model["auc"],
		"brier": proof.model["brier"],
		"mae_days": proof.model["mae_days_to_pay"],
		"calibration_error": proof.model["ece"],
		"baseline_auc": proof.baseline["auc"],
		"baseline_brier": proof.baseline["brier"],
		"baseline_mae_days": proof.baseline["mae_days_to_pay"],
		"calibration": json.dumps(proof.calibration.reset_index().to_dict("records")),
	}
