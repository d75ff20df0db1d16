"""Uploaded recordings and the renditions made of them for phones."""
