"""BlazeFace, full range: where the faces are in a picture."""
