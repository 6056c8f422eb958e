"""Baseline: the voice network of the 2020 system, a small Conv1D on mean MFCCs."""
