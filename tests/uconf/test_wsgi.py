import gc
import importlib

import pytest

import uconf.wsgi


@pytest.fixture
def usual_gc():
    thresholds = gc.get_threshold()
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("usual_gc")
def test_what_a_server_loads_at_its_start_is_not_looked_through_for_garbage_while_it_serves():
    importlib.reload(uconf.wsgi)

    assert gc.get_freeze_count() > 100_000
    assert gc.isenabled()
