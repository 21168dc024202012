"""Addresses as pictures to scan."""

from __future__ import annotations

import segno


def qr(text: str) -> str:
    """A QR code as the address of an image."""
    return segno.make(text, error="m").svg_data_uri(scale=5, border=2, light="#fff")
