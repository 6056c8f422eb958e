"""From a mood to cues: the fixed mapping, the cue modes, and the learned taste."""
