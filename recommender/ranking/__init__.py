"""From a mood to cues: the mapping, the modes, and what is learned of the user's taste."""
