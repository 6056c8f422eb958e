"""How much a voice and a face are worth beside each other, learned from recordings."""
