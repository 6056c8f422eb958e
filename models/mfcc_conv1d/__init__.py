"""The voice network of the 2020 system, kept as the yardstick: mean MFCCs and a small Conv1D."""
