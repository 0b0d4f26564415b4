"""What the seed and the tests agree on; free of imports, since the tests run outside any site."""

COMPANY = "Collections Test"
COLLECTOR = "collector@example.com"
COLLECTOR_PASSWORD = "e2e-Sunflower-71"
