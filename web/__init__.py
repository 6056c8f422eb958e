"""HTTP server, WebSockets, sessions and the page."""

from web.app import create_app
from web.settings import Settings

__all__ = ["Settings", "create_app"]
