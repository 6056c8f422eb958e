"""How well rankings learn the taste of simulated users: ``moodcue bench ranking``.

It also measures the time that a list takes.
"""

from moodcue.bench.ranking.benchmark import measure
from moodcue.bench.ranking.report import table

__all__ = ["measure", "table"]
