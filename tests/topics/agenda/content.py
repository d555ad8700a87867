"""A release's content, as tests of what is made of one need it."""

OLD = {
    "version": 1,
    "timezone": "Europe/Dublin",
    "sessions": [
        {
            "id": "s1", "starts_at": "2031-09-21T13:00:00+00:00", "ends_at": "2031-09-21T16:30:00+00:00",
            "room": "Room A", "remote_capable": True,
            "items": [
                {"id": "i1", "kind": "topic", "topic": "t1", "title": "A", "starts_at": "2031-09-21T13:00:00+00:00",
                 "minutes": 20, "people": ["p1"]},
                {"id": "i2", "kind": "break", "topic": None, "title": "Break",
                 "starts_at": "2031-09-21T13:20:00+00:00", "minutes": 30, "people": []},
                {"id": "i3", "kind": "topic", "topic": "t2", "title": "B", "starts_at": "2031-09-21T13:50:00+00:00",
                 "minutes": 20, "people": []},
            ],
        }
    ],
    "if_time": [{"topic": "t9", "title": "Z"}],
}  # fmt: skip
