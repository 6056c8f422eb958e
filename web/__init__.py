"""HTTP, WebSocket, sessions and the page."""
