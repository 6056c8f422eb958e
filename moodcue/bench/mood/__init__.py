"""Delay, accuracy and stability of the mood shown: ``moodcue bench mood``.

Labelled recordings are composed into live feeds, of four kinds:

changing moods
    One speaker goes twice through all eight emotions in random order, never the same twice in a
    row: one mood for 6 to 20 s, then 1 to 4 s of silence and a black picture, then the next mood.
conflicts
    The same, once; in 30 % of the moods the face shows another emotion than the voice. Either is
    right, and a probability or a set is right by half if it is right about one of them.
one mood
    One mood for a minute.
strangers
    Changing moods of speakers of corpora on which the network that answers was not trained at all.
    Absent if ``held_out.npz`` has only RAVDESS, or the data folder lacks the other recordings.

The feeds go through the real windows, voice activity detection, face tracking, face emotion
network, reliabilities and fusion of an :class:`~inference.Analyser`. Two parts are replaced:

Voice
    The clips are RAVDESS speech by actors on which the shipped network was trained. Networks from
    cross-validation answer instead, each for actors that it was not trained on
    (:mod:`models.fusion.held_out`), with their output for the nearest window of the same clip.
Face
    The pictures are the validation set of FER2013, by which the shipped network was selected, but
    on which it was not trained. They are crops of 48 pixels, too tight for face detection, so
    detection and mesh return a fixed position. A face is shown for the length of a clip, so that a
    misclassified face stays for seconds, as in a real feed. Neutral faces are also used for calm.

The readings of the changing moods are then displayed in several ways:

raw
    The likeliest emotion of each window after fusion.
exponential average
    The likeliest emotion of an exponential moving average, for several time constants.
ours
    A :class:`~inference.smoothing.MoodFilter` for the voice and one for the face, combined, with
    :class:`~inference.smoothing.SteadyLabel`, for several values of dwell (mean duration of a mood)
    and lead (hysteresis of the label).

Measured over all feeds of a kind:

accuracy
    Share of the time with a mood during which its label was shown; silences do not count.
seconds
    Time from the start of a mood until its label is shown, as median and 90th percentile over all
    moods except the first of each feed; infinite if the label is never shown.
flips, false flips
    Changes of the label per minute, including silences; all changes are false except those to the
    current mood.
ECE, set, size
    Expected calibration error of the shown probabilities, share of the time in which the set of a
    mood holds the right one, and the mean size of the set.
found, alarms
    Share of the time called a conflict, where there is one and where there is none.

All times are media times; the latency of computing and sending is measured by ``moodcue bench
live``.
"""

from moodcue.bench.mood.benchmark import measure
from moodcue.bench.mood.report import table

__all__ = ["measure", "table"]
