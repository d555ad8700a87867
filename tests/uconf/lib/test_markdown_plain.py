import pytest

from uconf.lib.markdown import first_sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It is **fast** and `small`. More.", "It is fast and small."),
        ("See [the series](https://lore.kernel.org/x) first. Then talk.", "See the series first."),
        ("# Title\n\n- one\n- two", "Title one two"),
        ("get_user_pages() and <b>", "get_user_pages() and <b>"),
        ("a\nb", "a b"),
        ("", ""),
    ],
)
def test_the_first_sentence_has_no_marks_and_no_addresses(text, words):
    assert first_sentence(text) == words


def test_a_long_sentence_is_cut_at_a_word():
    words = first_sentence("word " * 100)

    assert len(words) <= 200
    assert words.endswith("word…")
