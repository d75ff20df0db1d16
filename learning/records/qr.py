"""Adapter of segno: an address as a QR code."""

import io

import segno


def svg(address: str) -> str:
    """The code as an SVG element for a page or a printed form, without fixed size."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", xmldecl=False, omitsize=True, border=2, dark="#1d2126", light="#ffffff")
    return out.getvalue().decode().strip()
