"""Read the mood of a live feed from voice and face, and cue music that fits it."""
