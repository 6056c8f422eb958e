"""The commands of ``moodcue``: one module each, or one for a group of them."""
