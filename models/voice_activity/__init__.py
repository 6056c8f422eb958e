"""Voice activity detection with Silero VAD."""
