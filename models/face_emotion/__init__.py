"""Facial emotion recognition: seven classes from an aligned grey face."""
