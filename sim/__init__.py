"""Traintracks: a discrete-event simulation of English adult social care."""

__version__ = "0.1.0"
