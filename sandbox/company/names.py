"""Names, streets and towns per country. Companies are put together from surnames and trades, so none is meant."""

LANGUAGES = {"Germany": "de", "France": "fr", "Spain": "es", "United Kingdom": "en"}

SURNAMES = {
	"Germany": "Albrecht Bauer Brandt Dietrich Engel Fischer Grote Hartmann Jansen Kessler Lindner Möller Neumann "
	"Osterkamp Petersen Reuter Sommerfeld Thiele Ullrich Vogt Weidner Zöller".split(),
	"France": "Aubert Blanchard Charpentier Delorme Etienne Fontaine Garnier Hébert Joubert Lacroix Marchand Noël "
	"Perrin Renaud Sabatier Tessier Vasseur".split(),
	"Spain": "Alonso Benítez Cabrera Domínguez Esteban Fuentes Gallardo Herrero Iglesias Lozano Márquez Navarro "
	"Ortega Peña Romero Salazar Vidal".split(),
	"United Kingdom": "Ashworth Barlow Cartwright Dawson Ellison Fletcher Greenwood Harding Ingram Kershaw Lockwood "
	"Marsden Norris Pemberton Radcliffe Stokes Thornton Whitaker".split(),
}
FIRST_NAMES = {
	"Germany": "Anna Birgit Christian Dirk Eva Florian Gesa Heike Jonas Katrin Lars Miriam Nils Petra Sven Ute".split(),
	"France": "Agathe Bruno Camille Denis Élodie François Hélène Julien Karine Luc Manon Nicolas Sophie Yves".split(),
	"Spain": "Adriana Blanca Carlos Diego Elena Francisco Inés Javier Lucía Manuel Nuria Pablo Raquel Teresa".split(),
	"United Kingdom": "Alice Brian Claire Daniel Emma Fiona George Hannah Ian Joanna Kevin Laura Martin Sarah".split(),
}
TRADES = {
	"Germany": "Lichttechnik Elektrohandel Leuchten Messebau Ladenbau Bühnentechnik Elektrogroßhandel Gebäudetechnik "
	"Möbelhaus Objektausstattung".split(),
	"France": "Éclairage Luminaires Électricité Agencement Décoration Scénographie Équipement Distribution".split(),
	"Spain": "Iluminación Electricidad Suministros Instalaciones Decoración Mobiliario Escenografía Distribución".split(),
	"United Kingdom": (
		"Lighting,Electrical Supplies,Interiors,Shopfitting,Stage & Studio,Building Services,Furnishings,Wholesale"
	).split(","),
}
# {0} surname, {1} trade
COMPANY_PATTERNS = {
	"Germany": ("{0} {1} GmbH", "{1} {0} GmbH & Co. KG", "{0} {1} AG", "{0} & Söhne {1} OHG", "{1} {0} e.K."),
	"France": ("{0} {1} SARL", "{1} {0} SAS", "Établissements {0} {1} SA", "{1} {0} & Fils SARL"),
	"Spain": ("{0} {1} S.L.", "{1} {0} S.A.", "{1} Hermanos {0} S.L.", "{0} {1} S.L.U."),
	"United Kingdom": ("{0} {1} Ltd", "{0} & Sons {1} Ltd", "{0} {1} plc", "{0} {1} LLP"),
}
STREETS = {
	"Germany": "Am Hafen,Bahnhofstraße,Gartenweg,Hauptstraße,Industriestraße,Lindenallee,Ringstraße,Schillerstraße",
	"France": "rue de la Gare,avenue Victor Hugo,rue des Lilas,boulevard Voltaire,rue du Moulin,quai du Port",
	"Spain": "Calle Mayor,Avenida de la Constitución,Calle del Sol,Paseo Marítimo,Calle Real,Ronda Norte",
	"United Kingdom": "High Street,Station Road,Mill Lane,Victoria Road,Church Street,Kings Road,Canal Street",
}
TOWNS = {
	"Germany": (
		("20457", "Hamburg"),
		("80331", "München"),
		("50667", "Köln"),
		("70173", "Stuttgart"),
		("04109", "Leipzig"),
		("28195", "Bremen"),
		("44135", "Dortmund"),
	),
	"France": (
		("75011", "Paris"),
		("69002", "Lyon"),
		("13002", "Marseille"),
		("59000", "Lille"),
		("31000", "Toulouse"),
		("44000", "Nantes"),
	),
	"Spain": (
		("28013", "Madrid"),
		("08002", "Barcelona"),
		("46003", "Valencia"),
		("41004", "Sevilla"),
		("48005", "Bilbao"),
	),
	"United Kingdom": (
		("M2 4WU", "Manchester"),
		("LS1 5HD", "Leeds"),
		("B3 2EW", "Birmingham"),
		("BS1 4DJ", "Bristol"),
		("EC2A 3AR", "London"),
		("EH2 2BY", "Edinburgh"),
	),
}
PHONE_PREFIXES = {
	"Germany": "+49 40 5550",
	"France": "+33 1 9900 0",
	"Spain": "+34 91 0550",
	"United Kingdom": "+44 161 496 0",
}


def address(random, country: str) -> tuple[str, str, str]:
	"""(street with number, postal code, town) of `country`."""
	street = random.choice(STREETS[country].split(","))
	number = random.randint(1, 140)
	postal_code, town = random.choice(TOWNS[country])
	if country in ("France", "United Kingdom"):
		return f"{number} {street}", postal_code, town
	return f"{street} {number}", postal_code, town
