"""What connectors say is said in the reader's language: on the form, in the log, and on what is kept of a failure."""

from contextlib import contextmanager
from datetime import date
from unittest import TestCase
from unittest.mock import patch

import frappe

from collections_app.api import connectors as api
from collections_app.connectors.base import Action, ConfigurationError, DataError
from collections_app.connectors.low_code.definition import Definition, DefinitionError
from collections_app.engine.factors import FACTORS
from collections_app.engine.money import AmountError
from collections_app.engine.prediction.learned import TooFewInvoicesError
from collections_app.engine.prediction.storage import ModelFormatError
from collections_app.engine.statements import StatementError
from collections_app.engine.texts import Text
from collections_app.services.cases.events import tell_plan_changes
from collections_app.services.connectors import outgoing
from collections_app.services.connectors.low_code.transfer import bring_in
from collections_app.services.connectors.sync import sync_connector
from collections_app.services.language import before_job
from collections_app.services.letters import speaking
from collections_app.services.run.errors import error_text
from collections_app.services.scoring.preview import preview
from collections_app.services.texts import message_of, told
from collections_app.setup.messages import messages_of_source
from collections_app.tests.desk import make_user, signed_in
from collections_app.tests.statements import drop
from collections_app.tests.test_crm_activities import COMPANIES, NOTES, CrmTestCase
from collections_app.tests.utils import COMPANY

REFUSED = "HubSpot refuse les identifiants. Saisissez-les de nouveau et testez la connexion."


@contextmanager
def french():
	"""A request of a French system manager."""
	user = make_user("System Manager")
	frappe.db.set_value("User", user, "language", "fr")
	before = frappe.local.lang
	with signed_in(user):
		frappe.set_user_lang(user)
		try:
			yield
		finally:
			frappe.local.lang = before


def plain(said) -> str:
	"""With plain spaces, where French has those that do not break."""
	return str(said).replace("\xa0", " ")


class TestTold(TestCase):
	def test_in_the_readers_language(self):
		"""The template, the words among the values, and a day as the reader writes it"""
		text = Text("{0}: enter {1} under Credentials.", "HubSpot", Text("Access Token"))
		ends = Text("The client certificate is valid from {0} only.", date(2026, 1, 31))
		for language, sentence, day in (
			("en", "HubSpot: enter Access Token under Credentials.", "from"),
			("es", "HubSpot: introduzca Token de acceso en Credenciales.", "a partir del"),
			("fr", "HubSpot : saisissez Jeton d'accès sous Identifiants.", "à partir du"),
		):
			with self.subTest(language), speaking(language):
				self.assertEqual(told(text), sentence)
				self.assertIn(f"{day} {frappe.utils.formatdate('2026-01-31')}", told(ends))

	def test_words_of_a_provider_stay(self):
		"""Neither translated nor taken for a template, whatever stands in them"""
		with speaking("fr"):
			self.assertEqual(told("{0} is no date"), "{0} is no date")
			self.assertEqual(told(Text("{0}: {1}", "A", "{0} {x} is missing")), "A : {0} {x} is missing")
			self.assertEqual(message_of(KeyError("id")), "'id'")

	def test_errors_of_pure_modules(self):
		with speaking("fr"):
			self.assertEqual(error_text(DataError("{0} is no date", "x")), "x n'est pas une date")
			wrong = StatementError(Text("The amount {0} is no amount", "'x'"), Text("Row {0}", 3))
			self.assertEqual(error_text(wrong), "Ligne 3 : Le montant 'x' n'est pas un montant")
			# said by a service in the language of the moment already
			self.assertEqual(
				error_text(ConfigurationError(frappe._("Consent was given."))), "Le consentement a été donné."
			)
		self.assertEqual(error_text(DataError("{0} is no date", "x")), "x is no date")

	def test_translators_get_the_templates(self):
		"""Those of connectors, of statement files and of services"""
		source = {message for message, _place, _comments, _context in messages_of_source()}
		for template in (
			"{0} is not the ID of a company in HubSpot.",
			"No row looks like the headings of an account export",
			"{0} is no value of the scale {1}",
			"{0}: another process is renewing the access; try again.",
		):
			self.assertIn(template, source)
		self.assertNotIn("check", source)

	def test_definitions(self):
		"""Everything that is wrong with an imported definition, with its place"""
		with self.assertRaises(DefinitionError) as raised:
			Definition.of({"format": "low_code_connector", "version": 1, "limits": {"calls": "x"}})
		with speaking("fr"):
			lines = [told(one) for one in raised.exception.problems]
			self.assertIn("limits, calls : doit être un nombre entier.", lines)
			self.assertIn("Il n'y a aucun flux : définissez ce qui est lu.", lines)
			with self.assertRaises(frappe.ValidationError) as refused:
				bring_in('{"format": "low_code_connector", "version": 1}', False)
			self.assertIn("name : manque.", str(refused.exception))
		frappe.clear_messages()


class TestShownInFrench(CrmTestCase):
	"""HubSpot on 127.0.0.1 refuses; a French user reads why."""

	def last_log(self, kind: str):
		name = frappe.get_all(
			"Connector Log",
			{"connector": self.config.name, "kind": kind},
			pluck="name",
			order_by="creation desc",
		)[0]
		return frappe.get_doc("Connector Log", name)

	def test_test_connection(self):
		"""Said to the user, kept on the connection, and in the log with its request"""
		self.server.fault("401", 9)
		with french():
			said = api.test_connection(self.config.name)
		self.assertEqual((said["ok"], said["message"]), (False, REFUSED))
		self.assertEqual(self.config.reload().status_message, REFUSED)
		self.assertEqual(self.last_log("Test").message, REFUSED)

	def test_what_a_test_found(self):
		with french():
			self.assertRegex(api.test_connection(self.config.name)["message"], r"^Compte \d+ \(")

	def test_a_missing_field_by_its_label(self):
		frappe.db.delete("__Auth", {"doctype": "Connector Config", "name": self.config.name})
		with french():
			said = api.test_connection(self.config.name)["message"]
		self.assertEqual(said, "HubSpot : saisissez Jeton d'accès sous Identifiants.")

	def test_requests_of_the_log(self):
		"""The provider's own words stay within the sentence, and the token in neither"""
		self.server.fault("403", 9, path=NOTES)
		action = Action("log_activity", "key", {"customer_id": "1000", "text": "Relance envoyée"})
		with french(), self.assertRaises(ConfigurationError) as raised:
			outgoing.push(self.config.name, action)
		log = self.last_log("Push")
		self.assertRegex(
			log.message, r"^HubSpot a répondu 403.*Vérifiez ce que le compte est autorisé à faire\.$"
		)
		self.assertEqual(log.requests[-1].error, log.message)
		# logs of the server are in English
		self.assertRegex(
			str(raised.exception), r"^HubSpot answered 403.*Check what the account is allowed to do\.$"
		)

	def test_jobs_keep_it_in_the_language_of_the_site(self):
		"""What a sync writes down is read by everybody"""
		self.server.fault("403", 9, path=COMPANIES)
		with speaking("en"):
			with patch.object(frappe, "get_system_settings", return_value="es"):
				before_job("collections_app.services.connectors.sync.sync_connector")
			result = next(one for one in sync_connector(self.config.name) if one.stream == "companies")
		self.assertTrue(result.error.endswith("Compruebe qué se permite hacer a la cuenta."), result.error)
		row = next(one for one in self.config.reload().streams if one.stream == "companies")
		self.assertEqual(row.last_message, result.error)


class TestRecordsInFrench(TestCase):
	def setUp(self):
		self.config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"Files {frappe.generate_hash(length=6)}",
				"connector": "file_drop",
				"company": COMPANY,
				"inbox_folder": f"told/{frappe.generate_hash(length=6)}",
			}
		).insert()
		frappe.db.commit()

	def test_a_file_that_cannot_be_read(self):
		"""What the parser says, with the file's name and place"""
		drop(self.config, "{}", "export.json")
		with speaking("fr"):
			(result,) = sync_connector(self.config.name)
		(failure,) = result.failures
		self.assertRegex(
			failure["message"],
			r"^export\.json : Aucun relevé bancaire d'un format connu \(.+\) : cela ressemble à JSON$",
		)
		self.assertIn(failure["message"], self.config.reload().streams[0].last_message)


class TestRulesInFrench(TestCase):
	"""Forms whose rules the engine checks: a French credit manager reads what is wrong, with the words of the form."""

	def refused(self, doc) -> str:
		with speaking("fr"), self.assertRaises(frappe.ValidationError) as raised:
			doc.validate()
		frappe.clear_messages()
		return plain(raised.exception)

	def card(self):
		card = frappe.get_doc("Risk Scorecard", frappe.get_all("Risk Scorecard", pluck="name")[0])
		card.factors[0].curve = None
		return card

	def test_scorecard(self):
		card = self.card()
		card.half_life = 5
		self.assertEqual(self.refused(card), "Demi-vie : 5 jours ; elle doit être comprise entre 30 et 1095")
		card = self.card()
		card.append("factors", {"factor": card.factors[0].factor, "weight": 1})
		self.assertRegex(self.refused(card), r"^Facteur \d+ : .+ figure deux fois$")

	def test_scorecard_preview(self):
		"""The curve's own error stands translated within the row's"""
		card = self.card()
		card.factors[0].update({"factor": "days_late", "weight": 1, "curve": "5: 100, 3: 0"})
		with speaking("fr"):
			said = plain(preview(COMPANY, card, None, set())["error"])
			label = frappe._(FACTORS["days_late"].label)
			self.assertNotEqual(label, FACTORS["days_late"].label)
		self.assertEqual(said, f"Facteur 1, {label}, courbe : les valeurs doivent croître : 3 vient après 5")

	def test_late_interest_rate(self):
		"""The day as the reader writes it"""
		day = frappe.utils.getdate("2026-01-01")
		rate = frappe.get_doc(
			{
				"doctype": "Late Interest Rate",
				"applies_to": "Euro Area",
				"effective_from": day,
				"annual_rate": -1,
			}
		)
		self.assertEqual(
			self.refused(rate),
			f"EU {frappe.utils.formatdate(day)} : le taux annuel doit être de 0 ou plus, avec 6 décimales au plus, pas -1",
		)
		rate.update({"annual_rate": 10, "indemnity_currency": "EUR"})
		rate.append("indemnity", {"from_debt": 100, "amount": 40})
		self.assertRegex(self.refused(rate), r"^Sommes, ligne 1 : Indemnité : les tranches doivent croître")

	def test_plan_condition(self):
		"""The fact by its label, and the values as they are to be written"""
		plan = frappe.get_doc({"doctype": "Dunning Plan", "plan_name": "Told", "priority": 1})
		plan.append("conditions", {"fact": "Risk Band", "operator": "=", "value": "F"})
		self.assertEqual(
			self.refused(plan),
			"Condition 1, valeur : Classe de risque est à choisir parmi A, B, C, D, E, pas 'F'",
		)
		plan.conditions[0].update({"fact": "Customer Group", "value": "Personne"})
		# said by a service in the language of the moment already
		self.assertRegex(self.refused(plan), r"^Condition 1, valeur : .+ Personne n'existe pas$")

	def test_model_that_cannot_be_read(self):
		with speaking("fr"):
			self.assertEqual(
				message_of(ModelFormatError("the file is no model of this version")),
				"le fichier n'est pas un modèle de cette version",
			)
			self.assertEqual(
				plain(error_text(AmountError("Not an amount: {0}", "'x'"))), "Ce n'est pas un montant : 'x'"
			)
			self.assertRegex(error_text(TooFewInvoicesError(3)), r"^3 factures au résultat connu")


class TestPlanChanges(TestCase):
	def test_told_on_the_case(self):
		"""From one plan to another, and off every plan; a first plan is no change"""
		cases = [frappe.generate_hash(length=10) for _number in range(3)]
		moves = (("Gentle", "Firm"), ("Firm", None), (None, "Firm"))
		self.addCleanup(frappe.db.delete, "Comment", {"reference_name": ["in", cases]})
		with speaking("fr"):
			tell_plan_changes(dict(zip(cases, moves, strict=True)))
		said = [
			frappe.get_all("Comment", {"reference_name": case, "comment_type": "Info"}, pluck="content")
			for case in cases
		]
		self.assertEqual(
			said,
			[
				["a fait passer le dossier du plan de relance Gentle à Firm"],
				["a retiré le dossier du plan de relance Firm"],
				[],
			],
		)
