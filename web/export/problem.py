"""Errors of exports."""


class OptionError(ValueError):
    """A frame rate or timecode is not valid."""


class ExportError(RuntimeError):
    """A library that the format needs is not installed."""
