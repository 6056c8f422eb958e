"""What can go wrong with an export, and what its user can do."""


class OptionError(ValueError):
    """A frame rate or a timecode that does not exist."""


class ExportError(RuntimeError):
    """A format needs what this machine lacks."""
