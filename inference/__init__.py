"""From a window of media to a mood: voice, face, fusion, smoothing."""
