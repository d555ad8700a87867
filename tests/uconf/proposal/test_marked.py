from uconf.proposal.marked import spans_as_html


def test_the_innermost_span_is_marked_and_carries_its_number():
    html = spans_as_html("Topic by Ada", [(0, 12, "topic", "T1"), (0, 5, "title", "T1"), (9, 12, "person", "P1")])

    assert html == (
        '<mark class="k-topic" id="x-T1">Topic<sup>T1</sup></mark> by '
        '<mark class="k-person" id="x-P1">Ada<sup>P1</sup></mark>'
    )


def test_text_and_marks_are_escaped():
    html = spans_as_html("<b>&", [(0, 3, "none", '?"1')])

    assert html == '<mark class="k-none" id="x-?&quot;1">&lt;b&gt;<sup>?&quot;1</sup></mark>&amp;'


def test_a_number_is_an_anchor_once():
    html = spans_as_html("Ada Ada", [(0, 3, "person", "P1"), (4, 7, "person", "P1")])

    assert html.count("id=") == 1
