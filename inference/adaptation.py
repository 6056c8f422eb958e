"""Getting used to a voice: what a speaker always sounds like is taken off what is heard."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from inference.card import ModelCard, ModelError
from inference.emotion import EMOTIONS, Distribution, most_likely

SETTING: Final = "mean_log_probs"
"""Where the card of a model holds the means; a model without it is not adapted."""

FLOOR: Final = 1e-4
"""Probabilities are held above this before the logarithm: no window moves the offset far."""


class SpeakerAdaptation:
    """Adapts a classifier's distributions to the speaker they come from, window by window.

    A speaker shifts the embeddings of a voice, and so the log-probabilities of a linear softmax
    layer on it, by nearly the same offset in every mood. The offset is estimated from the past of
    the session without labels: each window is taken for what it most likely is, as adapted so far,
    and compared with the mean of that emotion over many speakers. The mean difference is shrunk
    towards none, as in maximum a posteriori adaptation (Gauvain, J.-L. & Lee, C.-H. (1994),
    "Maximum a posteriori estimation for multivariate Gaussian mixture observations of Markov
    chains", IEEE Trans. Speech and Audio Processing 2(2), 291-298), but on two levels, windows
    within emotions within the speaker (random effects: Laird, N. M. & Ware, J. H. (1982),
    Biometrics 38(4), 963-974). Each emotion thus counts as one at most, however long it lasts:
    somebody who stays in one mood is not taken for somebody who always sounds like that.

    What was heard fades as more is heard, so that a session follows a change of speaker.

    Parameters
    ----------
    means : array_like of float, shape (8, 8)
        In row k the mean natural logarithm of the probabilities, over windows of emotion k from
        many speakers that were told right, weighed by :func:`trust`.
    within, across : float
        Variance of windows within one emotion of a speaker, in units of the variance from emotion
        to emotion; and the latter in units of the variance from speaker to speaker.
    memory : float
        Windows of speech after which what was heard counts 1/e.

    Raises
    ------
    ValueError
        If the means are not finite numbers of that shape.

    Examples
    --------
    Somebody sounds a little angry in whatever mood. That taken off, a doubtful word is sad:

    >>> angry, sad = (np.eye(8)[EMOTIONS.index(name)] for name in ("angry", "sad"))
    >>> means = np.log(0.03 + 0.76 * np.eye(8))
    >>> adaptation = SpeakerAdaptation(means)
    >>> for log_probs in means + 2.0 * angry:
    ...     heard = np.exp(log_probs)
    ...     adaptation.update(heard / heard.sum(), weight=1.0)
    >>> doubtful = 0.4 * sad + 0.6 * angry
    >>> most_likely(doubtful), most_likely(adaptation.adapt(doubtful))
    ('angry', 'sad')
    """

    def __init__(
        self, means: ArrayLike, within: float = 1.0, across: float = 0.5, memory: float = 10.0
    ) -> None:
        self._means = np.asarray(means, np.float64)
        if self._means.shape != (len(EMOTIONS),) * 2 or not np.isfinite(self._means).all():
            raise ValueError(f"needs {len(EMOTIONS)} rows of {len(EMOTIONS)} finite numbers")
        self._within = within
        self._across = across
        self._memory = memory
        self._differences = np.zeros_like(self._means)
        self._weights = np.zeros(len(EMOTIONS))

    @classmethod
    def for_model(cls, card: ModelCard) -> SpeakerAdaptation | None:
        """Return one for the model of a card, None where the card has no means for it.

        Raises
        ------
        ModelError
            If what the card has for means is none.
        """
        if SETTING not in card.settings:
            return None
        try:
            return cls(card.settings[SETTING])
        except (TypeError, ValueError) as error:
            raise ModelError(f"{SETTING} in the card of {card.name}: {error}") from None

    def update(self, probs: Distribution, weight: float) -> None:
        """Learn from a window of speech.

        Parameters
        ----------
        probs : Distribution
            What the classifier said, not adapted.
        weight : float
            What the window is worth, in [0, 1]: less where it overlaps the one before, or holds
            little speech. The more doubtful the classifier, the less of it counts.
        """
        adapted = self.adapt(probs)
        emotion = EMOTIONS.index(most_likely(adapted))
        weight *= trust(adapted)
        fade = math.exp(-weight / self._memory)
        self._differences *= fade
        self._weights *= fade
        self._differences[emotion] += weight * (log_probs(probs) - self._means[emotion])
        self._weights[emotion] += weight

    def adapt(self, probs: Distribution) -> Distribution:
        """Return what the classifier would say were this a speaker like any other."""
        known = 1 / (self._weights + self._within)
        offset = known @ self._differences / (known @ self._weights + self._across)
        adapted = probs * np.exp(-offset)
        return np.asarray(adapted / adapted.sum(), np.float32)


def log_probs(probs: Distribution) -> Distribution:
    """Return the natural logarithms, none below that of :data:`FLOOR`."""
    return np.log(np.maximum(probs, FLOOR))


def trust(probs: Distribution) -> float:
    """Return how far a guess at the emotion may be trusted: the cube of its probability."""
    return float(probs.max()) ** 3
