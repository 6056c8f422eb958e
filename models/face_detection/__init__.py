"""Face detection with BlazeFace, full range."""
