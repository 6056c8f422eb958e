"""The documentation names only what exists, and leaves out nothing that it must name."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup

from moodcue.commands import app
from web import Settings

ROOT = Path(__file__).parents[1]
DOCS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
LIVING = [path for path in DOCS if path.name != "CHANGELOG.md"]
"""Documents of the present; a changelog may name what is gone."""

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
FOREIGN_OPTIONS = {"--cb_explore_adf"}
"""Options of other programs that stand by themselves in the documentation."""

each_document = pytest.mark.parametrize(
    "document", LIVING, ids=lambda path: path.relative_to(ROOT).as_posix()
)


def code(document: Path) -> Iterator[str]:
    """Yield the inline code of a document, and each line of its code blocks."""
    text = document.read_text()
    fenced = re.findall(r"(?ms)^```\w*\n(.*?)^```", text)
    text = re.sub(r"(?ms)^```.*?^```", "", text)
    yield from (line for block in fenced for line in block.splitlines())
    yield from re.findall(r"(?m)^(?: {4,}|\t)(.+)$", text)
    yield from (" ".join(span.split()) for span in re.findall(r"(?s)`([^`]+)`", text))


def words(line: str) -> list[str]:
    """Return the words of one shell command, up to a pipe, a redirection or a comment."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|<>;&")
    lexer.whitespace_split = True
    found: list[str] = []
    for word in lexer:
        if set(word) <= set("|<>;&"):
            break
        found.append(word)
    return found


def commands(document: Path, program: str) -> Iterator[list[str]]:
    """Yield the arguments of each call of a program in a document."""
    for line in code(document):
        if call := re.match(rf"(?:\$ )?(?:[\w./]+/)?{program}(?: (.*))?$", line):
            yield words(call[1] or "")


def as_command(command: object) -> TyperCommand | TyperGroup:
    assert isinstance(command, TyperCommand | TyperGroup)
    return command


def moodcue() -> TyperCommand | TyperGroup:
    return as_command(typer.main.get_command(app))


def unknown(arguments: list[str]) -> str | None:
    """Return the first word of a ``moodcue`` command line that does not exist."""
    command = moodcue()
    options = parameters(command)
    words = iter(arguments)
    for word in words:
        if word.startswith("-") and not word[1:].isdigit():
            name, value, _ = word.partition("=")
            if name not in options:
                return name
            if not value and not options[name]:
                next(words, None)
        elif isinstance(command, TyperGroup):
            if word not in command.commands:
                return word
            command = as_command(command.commands[word])
            options = parameters(command)
    return None


def parameters(command: TyperCommand | TyperGroup) -> dict[str, bool]:
    """Return the options of a command, and of each whether it is a flag."""
    return {"--help": True} | {
        option: bool(getattr(parameter, "is_flag", False))
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("-")
    }


def all_options(command: TyperCommand | TyperGroup) -> Iterator[str]:
    """Yield the options of a command and of those below it."""
    yield from parameters(command)
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            yield from all_options(as_command(below))


@each_document
def test_every_command_exists_with_its_options(document: Path) -> None:
    for arguments in commands(document, "moodcue"):
        assert unknown(arguments) is None, f"moodcue {shlex.join(arguments)}"


@pytest.mark.parametrize("line", ["analyse FILE", "log --folow", "sessions drop ID", "--quiet"])
def test_a_command_that_does_not_exist_is_found(line: str) -> None:
    assert unknown(words(line)) is not None


@each_document
def test_every_option_named_alone_exists(document: Path) -> None:
    known = {*all_options(moodcue()), *FOREIGN_OPTIONS}
    for line in code(document):
        if line.startswith("--"):
            assert line.split()[0] in known


@each_document
def test_every_setting_exists(document: Path) -> None:
    for name in re.findall(r"MOODCUE_(\w*[A-Z])", document.read_text()):
        assert name.lower() in Settings.model_fields, f"MOODCUE_{name}"


def test_every_setting_is_documented() -> None:
    documented = (ROOT / "docs" / "settings.md").read_text()
    rows = "\n".join(line for line in documented.splitlines() if line.startswith("|"))
    for name in Settings.model_fields:
        assert f"`MOODCUE_{name.upper()}`" in rows


@each_document
def test_every_make_target_extra_and_module_exists(document: Path) -> None:
    targets = re.findall(r"(?m)^([\w./-]+):", (ROOT / "Makefile").read_text())
    for arguments in commands(document, "make"):
        for target in arguments:
            assert target in targets or "=" in target
    for extra in re.findall(r"(?:moodcue|\.)\[([\w,]+)\]", document.read_text()):
        assert {*extra.split(",")} <= PROJECT["project"]["optional-dependencies"].keys()
    for arguments in commands(document, "python"):
        if arguments[:1] == ["-m"]:
            assert find_spec(arguments[1]) is not None, arguments[1]


@each_document
def test_every_path_in_code_exists(document: Path) -> None:
    top = "docs|examples|inference|models|moodcue|recommender|stream|tests|web"
    for line in code(document):
        if re.fullmatch(rf"(?:{top})/[\w./*-]+", line) and "NAME" not in line:
            assert any(ROOT.glob(line.rstrip("/"))), line


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = document.parent / name if name else document
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"(?m)^#+ (.+)$", target.read_text())
            assert anchor in {slug(heading) for heading in headings}, link


def slug(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def tables() -> dict[str, set[str]]:
    """Return the packages that ``docs/dependencies.md`` names in each of its parts."""
    text = (ROOT / "docs" / "dependencies.md").read_text()
    parts = re.findall(r"(?ms)^## ([^\n]+)\n(.*?)(?=^## |\Z)", text)
    return {
        title: {
            name
            for row in re.findall(r"(?m)^\| (`.+?`) \|", part)
            for name in re.findall(r"`([^`]+)`", row)
        }
        for title, part in parts
    }


def names(requirements: list[str]) -> set[str]:
    """Return the packages of requirements."""
    return {re.split(r"[^\w.-]", requirement, maxsplit=1)[0] for requirement in requirements}


def package_json(folder: str) -> set[str]:
    package = json.loads((ROOT / folder / "package.json").read_text())
    return {*package.get("dependencies", {}), *package.get("devDependencies", {})}


def test_every_dependency_is_documented_and_nothing_else() -> None:
    extras = dict(PROJECT["project"]["optional-dependencies"])
    expected = {
        "Runtime": names(PROJECT["project"]["dependencies"]),
        "Build": names(PROJECT["build-system"]["requires"]),
        "Tests": names(extras.pop("test")),
        "Extras": {name for extra in extras.values() for name in names(extra)},
        "The page": package_json("web/page"),
        "The test encoder": package_json("tests/web/encoder"),
    }
    assert tables() == expected


def test_the_extra_that_needs_a_package_is_named_beside_it() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text()
    rows = re.findall(r"(?m)^\| (`.+?`) \| `(\w+)` \|", text)
    documented = {extra: {*re.findall(r"`([^`]+)`", packages)} for packages, extra in rows}
    extras = PROJECT["project"]["optional-dependencies"]
    assert documented == {extra: names(extras[extra]) for extra in extras.keys() - {"test"}}


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


def test_the_newest_version_in_the_changelog_is_that_of_the_package() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text()
    released = re.findall(r"(?m)^## \[(\d+\.\d+\.\d+)\]", changelog)
    assert released[0] == PROJECT["project"]["version"]


def test_every_promise_names_a_test_that_exists() -> None:
    security = (ROOT / "SECURITY.md").read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", security)
    assert named
    for path, test in named:
        source = (ROOT / path).read_text()
        assert not test or re.search(rf"(?m)^(?:async )?def {test}\(", source), f"{path}::{test}"
