from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from moodcue.commands import app


@pytest.mark.parametrize("kind", [[], ["--postgresql"]], ids=["sqlite", "postgresql"])
def test_a_long_log_is_compared_with_a_short_one(kind: list[str]) -> None:
    result = CliRunner().invoke(app, ["bench", "log", "--rows", "2000", "--json", *kind])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert (report["short_rows"], report["long_rows"]) == (1000, 2000)
    answers = {answer["question"]: answer for answer in report["answers"]}
    assert {question.partition(":")[0] for question in answers} == {"list", "follow", "chart"}
    assert all(answer["short_ms"] > 0 and answer["long_ms"] > 0 for answer in answers.values())
