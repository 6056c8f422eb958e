"""Seven emotions from an aligned grey face."""
