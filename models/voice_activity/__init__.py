"""Speech or not: Silero VAD."""
