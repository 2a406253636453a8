"""The words of the command line in another language, from a catalogue as the translation tools write it."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.cli import words
from models import resources
from models.analysis import catalogue
from models.architecture.text import say
from models.formats import native
from tests.app.cli.conftest import Run

CATALOGUE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko_KR">
<context><name>cli</name>
  <message><source>{count} elements</source><translation>요소 {count}개</translation></message>
  <message><source>No findings.</source><translation type="unfinished">아직</translation></message>
</context>
<context><name>rules</name>
  <message><source>Unsafe retry</source><translation>위험한 재시도</translation></message>
</context>
</TS>
"""


@pytest.fixture
def korean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "translations"
    folder.mkdir()
    (folder / "loadpath_ko.ts").write_text(CATALOGUE, "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(resources, "root", lambda: tmp_path)
        patch.setenv("LC_ALL", "ko_KR.UTF-8")
        words._catalogue.cache_clear()
        words.listen()
        yield
    words._catalogue.cache_clear()
    words.listen()


@pytest.mark.usefixtures("korean")
def test_templates_and_texts_of_the_models_are_told_in_the_readers_language() -> None:
    assert words.translate("cli", "{count} elements").format(count=3) == "요소 3개"
    assert words.told(say("rules", "Unsafe retry")) == "위험한 재시도"


@pytest.mark.usefixtures("korean")
def test_what_is_not_translated_or_not_finished_stays_english() -> None:
    assert words.translate("cli", "No findings.") == "No findings."
    assert words.translate("rules", "{count} elements") == "{count} elements"


def test_check_speaks_the_language_of_the_terminal_and_json_stays_english(
    run: Run, sample: Callable[[str], Path], request: pytest.FixtureRequest
) -> None:
    path = sample("retry-storm")
    assert "2 elements" in run("check", path).out
    request.getfixturevalue("korean")
    told = run("check", path).out
    assert "요소 2개" in told
    assert "위험한 재시도" in told
    assert "요소" not in run("check", path, "--format", "json").out


class Blurred:
    """A catalogue in which every letter is x."""

    def get(self, key: tuple[str, str], _template: str) -> str:
        pieces = re.split(r"(\{[^}]*\})", key[1])
        return "".join(piece if piece.startswith("{") else re.sub(r"[A-Za-z]", "x", piece) for piece in pieces)


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "music-shop"),
        ("check", "long-chain", "--baseline", "long-chain-repaired"),
        ("fix", "music-shop", "--rule", "R01", "--dry-run"),
        ("simulate", "poison-message", "--duration-ms", "5000"),
        ("diff", "retry-storm", "retry-storm-repaired"),
        ("report", "retry-storm", "-o", "out.html", "--no-simulation"),
        ("export", "retry-storm", "-o", "out.svg"),
        ("simulate", "retry-storm", "--scenario", "none-of-them"),
        ("export", "retry-storm", "-o", "nowhere/out.svg"),
        ("explain", "r0l"),
    ],
)
def test_every_word_that_a_command_prints_can_be_translated(
    arguments: tuple[str, ...],
    run: Run,
    sample: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    samples = resources.names("samples", suffix=".loadpath.json")
    called = [str(sample(word)) if f"{word}.loadpath.json" in samples else word for word in arguments]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(words, "_catalogue", lambda _code: Blurred())
    done = run(*called)
    models = [Path(path).read_text("utf-8") for path in called if path.endswith(".loadpath.json")]
    own = " ".join(
        [*models, *called, *(rule.name for rule in catalogue().values()), str(native.json_schema()), "loadpath"]
    )
    known = {part for word in re.findall(r"[A-Za-z_]+", own) for part in word.split("_")}
    printed = {word for word in re.findall(r"[A-Za-z]{3,}", done.out + done.err) if set(word.lower()) != {"x"}}
    assert printed <= known
    assert "x" in done.out + done.err


@pytest.mark.parametrize("said", ["C", "POSIX", "C.UTF-8", "", "../../etc"])
def test_no_language_is_english(said: str) -> None:
    assert words.language({"LC_ALL": said}) == "en"


def test_translation_tools_find_every_template_because_none_stands_inside_an_f_string() -> None:
    names = ("translate", "QT_TRANSLATE_NOOP")
    seen = 0
    for path in sorted(Path(words.__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        hidden = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for inner in ast.walk(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                written = isinstance(node.args[1], ast.Constant)
                seen += written
                assert not (written and id(node) in hidden), f"{path.name}: {ast.unparse(node)}"
    assert seen > 100
