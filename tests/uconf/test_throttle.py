from uconf.lib import throttle


def test_each_is_counted_apart_and_by_purpose():
    counted = [throttle.count("propose", who, seconds=60) for who in ("a", "a", "b")]

    assert counted == [1, 2, 1]
    assert throttle.count("join", "a", seconds=60) == 1


def test_a_cache_that_is_down_counts_nothing(monkeypatch, caplog):
    def down(*args, **kwargs):
        raise ConnectionError("no cache")

    monkeypatch.setattr(throttle.cache, "add", down, raising=False)

    assert throttle.count("propose", "a", seconds=60) == 0
    assert "The cache does not count." in caplog.text
