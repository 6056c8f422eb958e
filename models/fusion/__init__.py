"""Fitting of the parameters of the fusion of voice and face."""
