"""What the seed and the tests agree on; free of imports, since the tests run outside any site."""

COMPANY = "Collections Test"
COLLECTOR = "collector@example.com"
COLLECTOR_PASSWORD = "e2e-Sunflower-71"
# of the worklist, the largest debt first
DEBTORS = (
	"Calling Ltd",
	"Will Pay Ltd",
	"Call Back Ltd",
	"Promise Direct Ltd",
	"Disputing Ltd",
	"Holding Ltd",
	"Snoozing Ltd",
	"Mailing Ltd",
	"Approval Ltd",
	"Reassigned Ltd",
)
# one of them, whose messages wait for approval
APPROVING = "Approval Ltd"
# promised to pay and did not
BREAKING = "Broken Word Ltd"
