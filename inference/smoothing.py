"""Smoothing of moods over time: a Bayesian filter, and a label with hysteresis."""

from __future__ import annotations

import math

from inference.emotion import EMOTIONS, Distribution, Emotion, most_likely, uniform


class MoodFilter:
    """Forward filter of a hidden Markov model over the eight emotions.

    A mood lasts ``dwell`` seconds on average and is then followed by any of the eight with equal
    probability. Between two updates, however far apart, the posterior decays towards uniform at
    that rate, so that without evidence (silence, an empty chair) the mood becomes uncertain. See
    Rabiner, L. R. (1989), "A tutorial on hidden Markov models", Proc. IEEE 77(2), 257-286.

    Windows overlap: with a hop of 1 s and a window of 3 s each second of speech is seen three
    times. A likelihood is therefore raised to the power of the elapsed share of ``decorrelation``,
    at most 1.

    Parameters
    ----------
    dwell : float
        Mean duration of a mood, in seconds.
    decorrelation : float
        Seconds after which the next likelihood counts in full, as an independent observation.

    Raises
    ------
    ValueError
        If a duration is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> happy = np.array([0.05, 0.05, 0.65, 0.05, 0.05, 0.05, 0.05, 0.05], dtype=np.float32)
    >>> mood = MoodFilter(dwell=3.0, decorrelation=1.5)
    >>> for t in range(1, 6):
    ...     mood.update(float(t), happy)
    >>> mood.get().argmax()
    np.int64(2)
    """

    def __init__(self, dwell: float, decorrelation: float) -> None:
        if dwell <= 0 or decorrelation <= 0:
            raise ValueError(
                f"dwell and decorrelation must be positive, not {dwell} and {decorrelation}"
            )
        self._dwell = dwell
        self._decorrelation = decorrelation
        self._t = 0.0
        self._probs = uniform()

    def update(self, t: float, likelihood: Distribution) -> None:
        """Update with the likelihoods of the window that ends at ``t``.

        Parameters
        ----------
        t : float
            Seconds since the session began; must not decrease.
        likelihood : Distribution
            Likelihood of each emotion, up to a factor; uniform without evidence.
        """
        elapsed = max(0.0, t - self._t)
        stay = math.exp(-elapsed / self._dwell)
        weight = min(1.0, elapsed / self._decorrelation)
        probs = (stay * self._probs + (1 - stay) * uniform()) * likelihood**weight
        self._probs = probs / probs.sum()
        self._t = t

    def get(self) -> Distribution:
        """Return the posterior: float32, shape (8,)."""
        return self._probs


class SteadyLabel:
    """Label of the mood, with hysteresis: it changes only when another emotion leads clearly.

    Parameters
    ----------
    lead : float
        Lead in probability over the current label that another emotion needs to replace it.

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
        """Update with the current distribution."""
        leader = most_likely(probs)
        if self._label is None:
            self._label = leader
            return
        current, best = probs[EMOTIONS.index(self._label)], probs[EMOTIONS.index(leader)]
        if best - current >= self._lead:
            self._label = leader

    def get(self) -> Emotion:
        """Return the label; neutral before the first update."""
        return self._label or "neutral"
