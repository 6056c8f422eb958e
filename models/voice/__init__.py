"""Speech emotion recognition: Whisper's encoder with a trained head."""
