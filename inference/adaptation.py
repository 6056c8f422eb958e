"""Speaker adaptation: remove a speaker's constant bias from the voice network's distributions."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from inference.card import ModelCard, ModelError
from inference.emotion import EMOTIONS, Distribution, log_probs, most_likely

MEANS_SETTING: Final = "mean_log_probs"
"""Setting of a model's card with the means; a model without it is not adapted."""


class SpeakerAdaptation:
    """Online, unsupervised adaptation of a classifier's distributions to one speaker.

    A speaker shifts the voice embeddings, and thereby the log-probabilities of a linear softmax
    layer on them, by nearly the same offset in every mood. The offset is estimated without labels
    from the earlier windows of the session: the pseudo-label of a window is its most likely emotion
    after adaptation, and its log-probabilities are compared with the mean of that emotion over
    many speakers. The mean difference is shrunk towards zero, as in maximum a posteriori adaptation
    (Gauvain, J.-L. & Lee, C.-H. (1994), "Maximum a posteriori estimation for multivariate Gaussian
    mixture observations of Markov chains", IEEE Trans. Speech and Audio Processing 2(2), 291-298),
    but on two levels: windows within emotions, and emotions within the speaker (random effects:
    Laird, N. M. & Ware, J. H. (1982), Biometrics 38(4), 963-974). However long an emotion lasts, it
    therefore counts as one observation at most, and a lasting mood is not mistaken for the
    speaker's bias.

    Older windows are forgotten exponentially, so that a session follows a change of speaker.

    Parameters
    ----------
    means : array_like of float, shape (8, 8)
        Row k is the mean of the natural log-probabilities over correctly classified windows of
        emotion k from many speakers, weighted by :func:`pseudo_label_weight`.
    within, across : float
        ``within`` is the variance of windows within one emotion of a speaker, relative to the
        variance between emotions; ``across`` is the latter relative to the variance between
        speakers.
    memory : float
        Time constant of forgetting, in windows of speech.

    Raises
    ------
    ValueError
        If the means do not have that shape or are not finite.

    Examples
    --------
    A speaker sounds a little angry in every mood. Without that bias, a doubtful window is sad:

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
            raise ValueError(f"must be {len(EMOTIONS)} rows of {len(EMOTIONS)} finite numbers")
        self._within = within
        self._across = across
        self._memory = memory
        self._differences = np.zeros_like(self._means)
        self._weights = np.zeros(len(EMOTIONS))

    @classmethod
    def for_model(cls, card: ModelCard) -> SpeakerAdaptation | None:
        """Return the adaptation for a model, or None if its card has no means.

        Raises
        ------
        ModelError
            If the card's means are invalid.
        """
        if MEANS_SETTING not in card.settings:
            return None
        try:
            return cls(card.settings[MEANS_SETTING])
        except (TypeError, ValueError) as error:
            raise ModelError(f"{MEANS_SETTING} in the card of {card.name}: {error}") from None

    def update(self, probs: Distribution, weight: float) -> None:
        """Learn from a window of speech.

        Parameters
        ----------
        probs : Distribution
            Output of the classifier, before adaptation.
        weight : float
            Weight of the window, in [0, 1]: lower if it overlaps the previous one or has little
            speech. It is multiplied by the :func:`pseudo_label_weight`.
        """
        adapted = self.adapt(probs)
        emotion = EMOTIONS.index(most_likely(adapted))
        weight *= pseudo_label_weight(adapted)
        fade = math.exp(-weight / self._memory)
        self._differences *= fade
        self._weights *= fade
        self._differences[emotion] += weight * (log_probs(probs) - self._means[emotion])
        self._weights[emotion] += weight

    def adapt(self, probs: Distribution) -> Distribution:
        """Return a distribution with the speaker's estimated offset removed."""
        shrinkage = 1 / (self._weights + self._within)
        offset = shrinkage @ self._differences / (shrinkage @ self._weights + self._across)
        adapted = probs * np.exp(-offset)
        return np.asarray(adapted / adapted.sum(), np.float32)


def pseudo_label_weight(probs: Distribution) -> float:
    """Return the weight of a window's most likely emotion as its label: its probability cubed."""
    return float(probs.max()) ** 3
