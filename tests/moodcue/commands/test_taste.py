"""``moodcue taste`` and ``moodcue log evaluate``."""

from __future__ import annotations

import json
from contextlib import closing

import numpy as np

from recommender import (
    CueSettings,
    FeedbackLog,
    Moment,
    MoodQuery,
    Ranker,
    ShownLog,
    Track,
    TrackIndex,
)
from tests.moodcue.commands.cli import one_line, run
from web.sessions.services import open_catalogue
from web.settings import Settings


def download_pianos(lists: int) -> None:
    """Show lists for a sad mood, and download the first piano of each."""
    rng, sad = np.random.default_rng(1), MoodQuery.from_emotion("sad")
    with closing(open_catalogue(Settings())) as catalogue:
        ranker = Ranker(TrackIndex(catalogue.tracks()))
        shown, feedback = ShownLog(catalogue.engine), FeedbackLog(catalogue.engine)
        for t in range(lists):
            cues = ranker.rank(sad, rng=rng)
            numbers = shown.record(Moment("s", 60.0 * t, "sad", 0.9), CueSettings(), cues)
            pianos = (cue.track.id for cue in cues if is_piano(cue.track))
            if taken := next(pianos, None):
                feedback.record(
                    session_id="s",
                    t=60.0 * t + 5,
                    track_id=taken,
                    action="downloaded",
                    list_id=numbers[taken],
                )


def is_piano(track: Track) -> bool:
    return any("piano" in name.lower() for name in track.instruments)


def test_taste_is_printed_evaluated_and_reset() -> None:
    assert "Nothing learned yet" in run("taste").stdout
    assert "at least 4 shown lists, but there are 0" in one_line(run("log", "evaluate"))
    download_pianos(20)
    words = {word["word"]: word for word in json.loads(run("taste", "--json").stdout)}
    assert words["piano"]["weight"] > 0
    assert words["piano"]["taken"]["sad"] > 5
    assert "piano" in run("taste").stdout
    evaluated = json.loads(run("log", "evaluate", "--json").stdout)
    assert (evaluated["learned_from"], evaluated["judged_by"]) == (10, 10)
    assert 0.5 <= evaluated["shown"]["value"] <= 1
    mapping, learned = evaluated["verdicts"]
    assert (mapping["ranking"], learned["ranking"]) == ("mapping", "learned")
    assert 0 < learned["robust"]["value"] < 2, "one is chosen per list"
    assert "doubly robust" in run("log", "evaluate").stdout
    assert "Nothing learned yet" in run("taste", "--reset").stdout
    assert json.loads(run("taste", "--json").stdout) == []
