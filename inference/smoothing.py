"""From readings that jitter to a mood that holds: a Bayesian filter, and a steady label."""

from __future__ import annotations

import math

from inference.emotion import EMOTIONS, Distribution, Emotion, most_likely, uniform


class MoodFilter:
    """Forward filter of a hidden Markov model over the eight emotions.

    A mood lasts ``dwell`` seconds on average and is then followed by any of the eight. Between two
    updates, however far apart, the past fades towards uniform at that rate, so that silence and an
    empty chair lead back to uncertainty. See Rabiner, L. R. (1989), "A tutorial on hidden Markov
    models", Proc. IEEE 77(2), 257-286.

    Windows overlap: with a hop of 1 s and a window of 3 s the same second of speech is seen three
    times. A likelihood therefore counts in full only after what it tells has had time to renew
    itself, and before that with its share.

    Parameters
    ----------
    dwell : float
        Mean time a mood lasts, in seconds.
    renewal : float
        After how many seconds the next likelihood counts in full.

    Raises
    ------
    ValueError
        If a duration is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> happy = np.array([0.05, 0.05, 0.65, 0.05, 0.05, 0.05, 0.05, 0.05], dtype=np.float32)
    >>> mood = MoodFilter(dwell=3.0, renewal=1.5)
    >>> for t in range(1, 6):
    ...     mood.update(float(t), happy)
    >>> mood.get().argmax()
    np.int64(2)
    """

    def __init__(self, dwell: float, renewal: float) -> None:
        if dwell <= 0 or renewal <= 0:
            raise ValueError(f"dwell and renewal must be positive, not {dwell} and {renewal}")
        self._dwell = dwell
        self._renewal = renewal
        self._t = 0.0
        self._probs = uniform()

    def update(self, t: float, likelihood: Distribution) -> None:
        """Take in the likelihood of each emotion over the window that ends at ``t``.

        Parameters
        ----------
        t : float
            Seconds since the session began; never earlier than the last one.
        likelihood : Distribution
            Up to a factor; uniform where there is nothing to be learned.
        """
        elapsed = max(0.0, t - self._t)
        stay = math.exp(-elapsed / self._dwell)
        fresh = min(1.0, elapsed / self._renewal)
        probs = (stay * self._probs + (1 - stay) * uniform()) * likelihood**fresh
        self._probs = probs / probs.sum()
        self._t = t

    def get(self) -> Distribution:
        """Return the filtered distribution."""
        return self._probs


class SteadyLabel:
    """The name of the mood, which changes only when another one leads clearly.

    Parameters
    ----------
    lead : float
        How much more probable than the present label another must be to replace it.

    Examples
    --------
    >>> import numpy as np
    >>> label = SteadyLabel(lead=0.1)
    >>> label.update(np.array([0.4, 0.3, 0.3, 0, 0, 0, 0, 0]))
    >>> label.update(np.array([0.45, 0, 0.5, 0.05, 0, 0, 0, 0]))
    >>> label.get()
    'neutral'
    >>> label.update(np.array([0.3, 0, 0.6, 0.1, 0, 0, 0, 0]))
    >>> label.get()
    'happy'
    """

    def __init__(self, lead: float) -> None:
        self._lead = lead
        self._label: Emotion | None = None

    def update(self, probs: Distribution) -> None:
        """Take in the present distribution."""
        leader = most_likely(probs)
        if self._label is None:
            self._label = leader
            return
        now, best = probs[EMOTIONS.index(self._label)], probs[EMOTIONS.index(leader)]
        if best - now >= self._lead:
            self._label = leader

    def get(self) -> Emotion:
        """Return the label; neutral before the first update."""
        return self._label or "neutral"
