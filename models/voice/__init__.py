"""Emotion from voice: Whisper's encoder with a trained head."""
