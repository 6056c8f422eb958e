"""mini_XCEPTION: seven emotions from an aligned grey face."""
