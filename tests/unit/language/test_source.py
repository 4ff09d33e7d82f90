"""The reader of YAML: what it reads, what it refuses, and how little it takes to refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.document import Place
from programs.errors import DeclarationError, Problem
from programs.source import MAX_EVENTS, Reader, decode, read, read_file, resolve


def problems(reading: Callable[[], object]) -> tuple[Problem, ...]:
    try:
        reading()
    except DeclarationError as refused:
        return refused.problems
    return ()


def refusal(text: str) -> str:
    with pytest.raises(DeclarationError) as refused:
        read(text, "f.yaml")
    return str(refused.value)


@pytest.mark.parametrize(
    "word", ["no", "yes", "on", "12:30", "22:22:22", "2026-02-03", "1_000", "0x1F", ".inf", ".nan"]
)
def test_what_only_old_yaml_takes_for_something_else_is_text(word: str) -> None:
    assert read(f"a: {word}").data == {"a": word}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("17", 17),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
    ],
)
def test_the_core_words_mean_what_they_say(word: str, value: object) -> None:
    assert read(f"a: {word}").data == {"a": value}


@pytest.mark.parametrize("quoted", ["'17'", '"true"', "'~'", '""'])
def test_quotes_make_text(quoted: str) -> None:
    assert read(f"a: {quoted}").data == {"a": quoted[1:-1]}


def test_a_number_too_long_to_count_with_is_text() -> None:
    assert resolve("9" * 5000) == "9" * 5000


def test_a_number_keeps_its_spelling() -> None:
    assert read("a: 1.10").locate(("a",))[1].spelling == "1.10"


def test_every_value_and_key_has_its_place() -> None:
    document = read("a:\n  - b: 1\n    c: [2, 3]\n", "f.yaml")
    assert document.place(("a", 0, "c", 1)) == Place("f.yaml", 3, 12)
    assert document.place(("a", 0, "c"), key=True) == Place("f.yaml", 3, 5)


def test_what_is_not_written_is_placed_where_it_belongs() -> None:
    assert read("a:\n  b: 1\n", "f.yaml").place(("a", "missing", "deeper")) == Place("f.yaml", 2, 3)


def test_a_line_of_a_block_of_text_has_its_own_place() -> None:
    document = read("a:\n  text: |\n    one\n    two\n", "f.yaml")
    assert document.problem(("a", "text"), "wrong", line=2).line == 4
    assert document.problem(("a", "text"), "wrong", line=2).column == 5


def test_a_path_says_ids_and_counts_from_one() -> None:
    document = read("phases:\n- id: main\n  list: [a, b]\n")
    assert document.name(("phases", 0, "list", 1)) == "phases[main].list[2]"


def test_a_byte_order_mark_is_not_text() -> None:
    assert read(decode(b"\xef\xbb\xbfa: 1", "f.yaml")).data == {"a": 1}


def test_a_duplicate_key_names_both_lines() -> None:
    assert refusal("a: 1\nb: 2\na: 3\n") == "f.yaml:3:1: a: written twice; first on line 1 (keep one of them)"


def test_everything_refused_is_listed_at_once() -> None:
    assert refusal("a: 1\na: 2\nb: !x 3\nc: &d 4\n").count("\n") == 2


def test_a_missing_file_is_a_problem_and_no_traceback(tmp_path) -> None:
    with pytest.raises(DeclarationError, match="there is no such file"):
        read_file(tmp_path / "nothing.yaml")


def test_a_folder_is_a_problem_and_no_traceback(tmp_path) -> None:
    with pytest.raises(DeclarationError, match="cannot be read"):
        read_file(tmp_path)


def test_a_file_over_a_megabyte_is_not_even_opened(tmp_path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"\xff" * 1_000_001)
    with pytest.raises(DeclarationError, match="larger than 1 MB"):
        read_file(path)


@pytest.mark.parametrize("text", ["[" * 400_000, "{a: " * 200_000, "- " * 400_000, "? " * 400_000], ids="[{-?")
def test_nesting_is_refused_after_a_few_events(text: str) -> None:
    reader = Reader(text, "f.yaml")
    with pytest.raises(DeclarationError):
        reader.document()
    assert reader.events < 100


def test_laughter_is_refused_without_being_multiplied() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    reader = Reader(bomb, "f.yaml")
    with pytest.raises(DeclarationError, match="an alias"):
        reader.document()
    assert reader.events < 200


def test_a_long_list_is_refused_at_the_limit() -> None:
    reader = Reader("- a\n" * 200_000, "f.yaml")
    with pytest.raises(DeclarationError, match="a program is a few pages"):
        reader.document()
    assert reader.events == MAX_EVENTS + 1


def test_a_text_over_a_megabyte_is_refused_unread() -> None:
    reader = Reader("é" * 500_001, "f.yaml")
    with pytest.raises(DeclarationError, match="larger than 1 MB"):
        reader.document()
    assert reader.events == 0


@given(st.text(max_size=60) | st.text(alphabet="ab:-[]{}&*!|>'\"%@`#,? \n\t\\", max_size=40))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems(lambda: read(text, "f.yaml")))


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    assert len(problems(lambda: decode(content, "f.yaml"))) <= 1
