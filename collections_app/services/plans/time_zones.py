"""What time it is where a customer is: in its own time zone, else in its country's main one, else the site's."""

from datetime import datetime
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

from frappe.utils import get_system_timezone

# Countries of several zones whose first one in the table is not where most people live.
MAIN_ZONES = {
	"au": "Australia/Sydney",
	"br": "America/Sao_Paulo",
	"ca": "America/Toronto",
	"ru": "Europe/Moscow",
}


def is_time_zone(name: str) -> bool:
	return name in available_timezones()


def zone_of(own: str | None, country_code: str | None) -> str:
	"""The time zone to use; `own`: that set on the customer, `country_code`: ISO, small letters."""
	if isinstance(own, str) and own and is_time_zone(own):
		return own
	return country_zones().get(country_code or "") or get_system_timezone()


def local_time(moment: datetime, zone: str) -> datetime:
	"""The site's `moment` as the clock shows it in `zone`; both without time zone."""
	site = get_system_timezone()
	if zone == site:
		return moment
	return moment.replace(tzinfo=ZoneInfo(site)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@lru_cache(maxsize=1)
def country_zones() -> dict[str, str]:
	"""ISO code of a country in small letters -> its main time zone, from the time zone database."""
	zones: dict[str, str] = {}
	table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
	for line in table.splitlines():
		if line and not line.startswith("#"):
			code, _place, zone, *_comment = line.split("\t")
			zones.setdefault(code.lower(), zone)
	return {**zones, **MAIN_ZONES}
