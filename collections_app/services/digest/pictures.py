"""Pictures of the digest, drawn as PNG: what every mail client shows. Words and figures stand beside them as text."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw

# drawn larger and made smaller, so that lines are smooth; shown at half the size, so that they are sharp
FINE, SHARP = 2, 2
BLUE, PALE_BLUE, GREEN, GREY, LINE = "#2d7dd2", "#dcebf9", "#2f9e6e", "#c3cbd6", "#e4e8ee"
EDGE = 4


def line(values: Sequence[float], width: int, height: int) -> bytes:
	"""A line over an area, from nothing up, so that its height can be compared; at least two values."""
	picture, pen, scale = _sheet(width, height)
	top = max(max(values), 0) or 1
	inner_width, inner_height = picture.width - 2 * EDGE * scale, picture.height - 2 * EDGE * scale
	points = [
		(
			EDGE * scale + inner_width * at / (len(values) - 1),
			EDGE * scale + inner_height * (1 - max(value, 0) / top),
		)
		for at, value in enumerate(values)
	]
	floor = picture.height - EDGE * scale
	pen.polygon([(points[0][0], floor), *points, (points[-1][0], floor)], fill=PALE_BLUE)
	pen.line([(points[0][0], floor), (points[-1][0], floor)], fill=LINE, width=scale)
	pen.line(points, fill=BLUE, width=2 * scale, joint="curve")
	x, y = points[-1]
	size = 3 * scale
	pen.ellipse((x - size, y - size, x + size, y + size), fill=BLUE)
	return _png(picture)


def bars(now: Sequence[float], before: Sequence[float], width: int, height: int) -> bytes:
	"""Pairs of bars, the earlier one pale: as many of each."""
	picture, pen, scale = _sheet(width, height)
	top = max([*now, *before, 0]) or 1
	floor, room = picture.height - EDGE * scale, picture.height - 2 * EDGE * scale
	pitch = picture.width / len(now)
	bar = pitch * 0.34
	for at, pair in enumerate(zip(before, now, strict=True)):
		left = at * pitch + (pitch - 2 * bar) / 2
		for value, colour in zip(pair, (GREY, GREEN), strict=True):
			tall = room * max(value, 0) / top
			if tall >= 1:
				pen.rectangle((left, floor - tall, left + bar - scale, floor), fill=colour)
			left += bar
	pen.line([(0, floor), (picture.width, floor)], fill=LINE, width=scale)
	return _png(picture)


def _sheet(width: int, height: int):
	scale = FINE * SHARP
	picture = Image.new("RGB", (width * scale, height * scale), "white")
	return picture, ImageDraw.Draw(picture), scale


def _png(picture: Image.Image) -> bytes:
	small = picture.resize((picture.width // FINE, picture.height // FINE), Image.Resampling.LANCZOS)
	kept = BytesIO()
	small.quantize(64).save(kept, format="PNG", optimize=True)
	return kept.getvalue()
