"""Web processes killed with -9 under load: every acknowledged report and answer is there afterwards, none twice."""

from bench import kill
from tests import databases


def test_what_was_acknowledged_outlives_a_killed_server():
    said = kill.run(databases.chosen, kills=6)
    assert said["kills"] >= 6
    assert said["reports"] > 0
    assert said["answers"] > 0
    assert (said["lost"], said["doubled"]) == (0, 0)
