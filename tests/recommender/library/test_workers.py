from __future__ import annotations

from contextlib import closing
from pathlib import Path

from recommender.library import UnreadableError, Workers
from tests.recommender.library.decoders import crash, nothing, raise_anything


def test_a_file_that_crashes_its_reader_takes_no_other_with_it() -> None:
    with closing(Workers(2, nothing)) as workers:
        results = workers.map(crash, [Path(name) for name in ("a", "crash", "b", "c")])
        messages = [str(result) for result in results]
        assert messages == ["a", "its decoder crashed", "b", "c"]
        assert isinstance(results[1], UnreadableError)
        assert results[1].code == "damaged"
        (odd,) = workers.map(raise_anything, [Path("x")])
        assert isinstance(odd, UnreadableError)
        assert (odd.code, "ZeroDivisionError" in str(odd)) == ("damaged", True)
