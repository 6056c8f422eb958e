"""Baseline: the face network of the 2020 system, mini_XCEPTION with eight outputs."""
