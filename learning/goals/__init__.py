"""Campaigns: target, scope, shares and standing, counted in distinct people."""
