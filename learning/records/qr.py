"""Adapter of zxing-cpp: an address as a QR code."""

import re
from typing import Any

import zxingcpp

_DARK, _LIGHT = "#1d2126", "#ffffff"
_RUN = re.compile(rb"\0+")


def svg(address: str) -> str:
    """The code as an SVG element for a page or a printed form, without fixed size; a damaged seventh of it can still be read (level M)."""
    image: Any = _image(address)
    rows, size = bytes(memoryview(image).cast("B")), image.shape[1]
    lines = "".join(_runs(rows[place * size : (place + 1) * size], place) for place in range(size))
    paths = f'<path fill="{_LIGHT}" d="M0 0h{size}v{size}h-{size}z"/><path stroke="{_DARK}" d="{lines}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">{paths}</svg>'


def modules(address: str) -> int:
    """How many modules wide the code of an address is, without the light margin around it."""
    return int(_image(address, add_quiet_zones=False).shape[1])


def _image(address: str, **more: Any) -> Any:
    return zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=1, **more)


def _runs(row: bytes, place: int) -> str:
    """The dark runs of a row, each as a line one module thick."""
    return "".join(f"M{run.start()} {place}.5h{run.end() - run.start()}" for run in _RUN.finditer(row))
