app_name = "acme_app"

collections_connectors = [
	"collections_app.tests.acme_app.connectors.acme_bank",
	"collections_app.tests.acme_app.connectors.acme_post",
]
