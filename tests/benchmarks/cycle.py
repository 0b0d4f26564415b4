"""One pass of the collections cycle over the sample company, with its bank statement: seconds per step."""


def run() -> dict:
	"""seconds per step and in all, and the counts that show what was done."""
	from sandbox import demo
	from sandbox.company.load import load

	loaded = load()
	demo.prepare(loaded["company"], smtp_port=None)
	demo.place_statement(loaded)
	context = demo.run_cycle(loaded["company"], quiet=True)
	steps = {result.step: result.seconds for result in context.results}
	return {
		"company": loaded["company"],
		"open_items": next(
			r.counts.get("open_items") for r in context.results if r.step == "Read Receivables"
		),
		"seconds": round(sum(steps.values()), 3),
		"steps": steps,
	}
