"""Sources of audio and video on one session clock, and the windows cut from them."""
