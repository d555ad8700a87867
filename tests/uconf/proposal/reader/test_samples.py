"""One invented proposal per layout, and what a careful person would read in it."""

from pathlib import Path

import pytest

from uconf.proposal.reader import Reading, decode, read

SAMPLES = Path(__file__).resolve().parents[1] / "samples"

# file: title; topics; leads; attendees with status; outcomes' editions; editions with leads
EXPECTED = {
    "all-caps.txt": (
        "PILLOW FILESYSTEMS",
        ["Feather compaction", "Seam repair while mounted", "Quilted snapshots", "Down-conversion for small pillows"],
        [],
        {"Zoe Sample": "none", "Abe Muster": "none", "Bea Probe": "none"},
        ["2020", "2020"],
        {2020: []},
    ),
    "attendee-groups.txt": (
        "Umbrella Protocols",
        ["Folding handshakes", "Two umbrellas, one door"],
        [],
        {
            "Bob Pattern": "coming",
            "Cat Token": "coming",
            "Don Proxy": "pending",
            "Eva Stand-In": "interested",
            "Fox Double": "maybe",
        },
        [],
        {},
    ),
    "bold-headings.md": (
        "Puppet Strings",
        ["Knots that undo themselves", "Puppets with more than one hand"],
        [],
        {"Quo Stand-In": "coming", "Ria Double": "pending"},
        [],
        {},
    ),
    "boxed.txt": (
        "Kettle Firmware",
        ["Whistle protocol", "Measured boil", "Shipping updates to kettles in the field"],
        [],
        {"Vic Token": "coming", "Wil Proxy": "coming", "Xia Double": "maybe"},
        [],
        {2017: ["Vic Token"], 2019: ["Wil Proxy", "Yan Replica"]},
    ),
    "dash-separators.txt": (
        "Mirror Rendering",
        ["Reflection latency", "Infinite corridors", "Dust, and how to count it"],
        [],
        {"Nan Pattern": "interested", "Ole Token": "maybe", "Pru Proxy": "declined"},
        [],
        {},
    ),
    "editions-in-prose.txt": (
        "Snow Routing",
        ["Drifts between two roads", "Avalanche control with back pressure"],
        [],
        {},
        ["2019", "2019"],
        {2016: ["Gia Replica", "Hob Dummy"], 2019: ["Ira Example", "Jan Sample"]},
    ),
    "grouped-headings.md": (
        "Orchard Tooling",
        ["Branch prediction by shape", "Automatic shears", "Baskets as containers", "Counting apples twice"],
        [],
        {},
        [],
        {},
    ),
    "groups.txt": (
        "Bridge Networking",
        ["Cable offload", "Sway control", "Opening without dropping flows", "Boats as a priority class"],
        [],
        {"Ian Replica": "coming", "Joy Dummy": "pending", "Kai Example": "none"},
        [],
        {},
    ),
    "inline-labels.txt": (
        "Ladder Scheduling",
        ["rung affinity", "fall protection", "extension protocol"],
        ["Cal Instance", "Dee Pattern", "Eli Token"],
        {"Fin Proxy": "none", "Gil Stand-In": "coming", "Hue Double": "none"},
        [],
        {},
    ),
    "labels-below.txt": ("Puzzle Assembly", ["Edge detection", "Sky is hard"], [], {}, [], {}),
    "last-year.txt": (
        "Fog Computing in Actual Fog",
        ["Horns, again", "Droplets as a unit of work"],
        [],
        {},
        ["2018", "2018"],
        {2018: ["Bix Proxy", "Cyd Stand-In"]},
    ),
    "mail-with-references.txt": (
        "Sprocket Testing",
        ["Flaky teeth, the series is stuck", "Torque limits under load", "A common corpus for fuzzing sprockets"],
        ["Mia Dummy", "Ned Sample"],
        {},
        [],
        {},
    ),
    "markdown-headings.md": (
        "Gadget Sync",
        ["Leap smearing", "Holdover", "Clock trees"],
        ["Kim Replica", "Lee Double"],
        {"Gus Pattern": "coming", "Hal Token": "maybe", "Ivy Proxy": "coming", "Jo Stand-In": "coming"},
        ["2019", "2019"],
        {2019: []},
    ),
    "nothing-but-prose.txt": ("Teapot Handling", [], [], {}, [], {}),
    "numbered-headings.txt": (
        "Windmill Drivers",
        ["Braking in gusts", "Sails as power domains"],
        [],
        {"Sid Replica": "interested", "Tia Dummy": "interested"},
        [],
        {},
    ),
    "organisations.txt": (
        "Balloon Memory",
        ["Sharing one balloon between two children", "Patching holes in flight", "A limit for strings"],
        ["Val Dummy", "Wes Example"],
        {},
        [],
        {},
    ),
    "page.html": (
        "Cellar Observability",
        ["Counting bottles", "Mould sensors", "Shelf maps"],
        [],
        {"Pia Pattern": "coming", "Quy Token": "pending", "Ray Proxy": "declined"},
        [],
        {2019: ["Pia Pattern"]},
    ),
    "past-topics.txt": ("Marble Runs", ["Elevators", "Marbles made of glass"], [], {}, [], {2019: []}),
    "plain-dashes.txt": (
        "Widget Dispatch",
        ["Fair queues", "Cold starts", "Dispatch without a lock", "How do we retire the old format?"],
        [],
        {
            "Ada Sample": "coming",
            "Ben Muster": "pending",
            "Cleo Probe": "interested",
            "Dan Specimen": "none",
            "Eve Exemplar": "declined",
        },
        [],
        {},
    ),
    "quoted.txt": (
        "Tunnel Tracing",
        ["Echo probes", "Lamps as tracepoints", "Trains that carry their own clock"],
        [],
        {"Tea Double": "interested", "Ulf Replica": "interested"},
        [],
        {},
    ),
    "reply-not-quoted.txt": (
        "Carousel Timing",
        ["Music out of step with the horses", "Brass rings, contended", "Children who never get off"],
        [],
        {"Yul Instance": "maybe", "Zia Pattern": "coming", "Ali Token": "none"},
        [],
        {},
    ),
    "table.html": (
        "Kite Control",
        ["Tails and balance", "String theory in practice"],
        [],
        {"Dov Double": "coming", "Ebb Replica": "pending"},
        [],
        {},
    ),
    "tentative-schedule.txt": (
        "Clockwork Toys",
        ["Spring fatigue", "Keys that fit every toy", "Counting the teeth"],
        [],
        {"Yas Muster": "coming", "Zed Probe": "coming", "Amy Instance": "coming"},
        [],
        {},
    ),
    "topic-headings.md": (
        "Harbour Security",
        ["Moorings as capabilities", "Tide attestation"],
        ["Lou Sample", "Oz Instance"],
        {},
        [],
        {},
    ),
    "underlined.txt": (
        "Lantern Power",
        ["Dimming curves", "Suspend with a lit wick", "Wick telemetry"],
        [],
        {"Sue Probe": "none", "Tom Instance": "interested", "Una Pattern": "maybe"},
        [],
        {},
    ),
    "unicode-names.txt": (
        "Anchor Formats",
        ["Rust on chains", "Ropes of ropes"],
        [],
        {
            "Zoë Beispiel": "interested",
            "Łukasz Przykład": "none",
            "José de la Muestra": "coming",
            "山田太郎": "coming",
            "Søren Ø. Prøve": "maybe",
            "Änne Muster": "none",
        },
        [],
        {},
    ),
    "wrapped-72.txt": (
        "Compost Pipelines",
        ["Turning without stopping", "Worms in user space", "Smell as a metric"],
        [],
        {"Kit Muster": "coming", "Lia Probe": "pending", "Moe Instance": "declined"},
        [],
        {},
    ),
}


def sample(name: str) -> Reading:
    return read(decode((SAMPLES / name).read_bytes()))


def test_every_sample_has_its_expectation():
    assert {path.name for path in SAMPLES.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_read_as_a_careful_person_would(name):
    title, topics, leads, attendees, outcomes, editions = EXPECTED[name]

    reading = sample(name)

    assert reading.title == title
    assert [topic.title for topic in reading.topics] == topics
    assert [lead.name for lead in reading.leads] == leads
    assert {person.name: person.status for person in reading.attendees} == attendees
    assert [outcome.edition for outcome in reading.outcomes] == outcomes
    assert {edition.year: [lead.name for lead in edition.leads] for edition in reading.editions} == editions


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("markdown-headings.md", [[], [], [("Fay Instance", "", "")]]),
        ("underlined.txt", [[("Pam Example", "", "")], [("Quin Sample", "", ""), ("Rob Muster", "", "")], []]),
        (
            "labels-below.txt",
            [[("Uma Example", "", "")], [("Vin Sample", "", ""), ("Wyn Muster", "", "clouds"), ("Xav Probe", "", "")]],
        ),
        ("topic-headings.md", [[("Lou Sample", "", "")], [("Max Muster", "", "buoys"), ("Nia Probe", "", "piers")]]),
        (
            "organisations.txt",
            [
                [("Val Dummy", "Acme Labs", "")],
                [("Wes Example", "Example University", "")],
                [("Xan Sample", "Nonesuch Inc", "")],
            ],
        ),
        ("page.html", [[], [("Pia Pattern", "Damp Labs", "")], []]),
        ("wrapped-72.txt", [[], [("Kit Muster", "", "red worms"), ("Lia Probe", "", "")], []]),
        ("groups.txt", [[("Ian Replica", "", "")], [], [("Joy Dummy", "", "")], []]),
    ],
)
def test_a_topics_people_are_found_wherever_they_stand(name, people):
    reading = sample(name)

    assert [
        [(person.name, person.affiliation, person.note) for person in topic.people] for topic in reading.topics
    ] == people


@pytest.mark.parametrize(
    ("name", "links"),
    [
        (
            "markdown-headings.md",
            [("v2 series", "https://patches.example.org/smear/2"), ("slides", "https://slides.example.org/smear"),
             ("Clock trees", "https://docs.example.org/clock-trees"), ("draft", "https://docs.example.org/draft")],
        ),
        ("mail-with-references.txt", [("series", "https://lists.example.org/sprockets/teeth"), ("Corpus notes", "https://wiki.example.org/corpus")]),
        ("page.html", [("series", "https://cellars.example.org/count")]),
        ("plain-dashes.txt", [("lists.example.org/widgets/cold-start", "https://lists.example.org/widgets/cold-start")]),
        ("bold-headings.md", [("Series", "https://strings.example.org/hands")]),
        ("wrapped-72.txt", [("Discussion", "")]),
    ],
)  # fmt: skip
def test_a_topics_links_are_found_with_their_labels(name, links):
    reading = sample(name)

    assert [(link.label, link.url) for topic in reading.topics for link in topic.links] == links


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("groups.txt", ["Suspension", "Suspension", "Drawbridges", "Drawbridges"]),
        ("grouped-headings.md", ["Pruning", "Pruning", "Harvest", "Harvest"]),
        ("page.html", ["", "", ""]),
    ],
)
def test_an_outer_level_is_a_group_only_if_topics_stand_under_it(name, groups):
    assert [topic.group for topic in sample(name).topics] == groups


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("plain-dashes.txt", ["- somebody from the toolchain side"]),
        ("tentative-schedule.txt", ["14:00 Welcome", "15:00 Break"]),
        ("past-topics.txt", ["- Loops that are too high\n- Funnels", "Not to be discussed:", "- Dominoes"]),
        ("numbered-headings.txt", ["4. Logistics", "A room with a window."]),
        ("nothing-but-prose.txt", []),
        ("labels-below.txt", ["- Uma Example"]),
    ],
)
def test_what_is_not_understood_is_kept_as_it_came(name, pieces):
    assert [piece.text for piece in sample(name).not_understood] == pieces


def test_aims_before_the_topics_are_part_of_the_summary():
    summary = sample("underlined.txt").summary

    assert summary.endswith('**Goals**\n\n- a common word for "off"\n- fewer fires')


@pytest.mark.parametrize(
    ("name", "agreed"), [("inline-labels.txt", True), ("bold-headings.md", True), ("groups.txt", False)]
)
def test_the_policy_counts_only_where_the_text_agrees_to_it(name, agreed):
    assert sample(name).policy_agreed is agreed
