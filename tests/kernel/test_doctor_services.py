"""The doctor at an object store and at a Redis: each way in which they refuse is told from the others, and has its own mend."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from redis import Redis

from courses.kernel import clock
from courses.kernel.doctor import Finding
from tests.kernel.doctors import environment, found
from tests.servers import BUCKET, ObjectStore, object_store, redis

AWAY = "s3://hall?endpoint=http://127.0.0.1:9"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ObjectStore]:
    """An object store of the test's own: on a line on which it refused a file, the double does not understand what comes next."""
    with object_store(tmp_path) as running:
        yield running


def seen(folder: Path, store: ObjectStore, **changed: str) -> dict[str, Finding]:
    """What the doctor finds with the store's settings, of which some are wrong."""
    return found(environment(folder, **{**store.settings, **changed}))


def test_a_store_that_works_is_good_to_the_site_and_to_browsers(tmp_path: Path, store: ObjectStore) -> None:
    good = seen(tmp_path, store)
    assert (good["文件存储"].state, good["浏览器取文件"].state) == ("good", "good") and BUCKET in good["文件存储"].words
    assert not list(store.folder.glob("county/doctor*/*"))  # nothing is left behind


@pytest.mark.parametrize(
    ("name", "value", "words", "mend"),
    [
        ("STORAGE_KEY", "another-key", "InvalidAccessKeyId", "STORAGE_KEY"),
        ("STORAGE_SECRET", "another-secret", "SignatureDoesNotMatch", "STORAGE_SECRET"),
        ("STORAGE_URL", "bucket", "NoSuchBucket", "桶名"),
        ("STORAGE_URL", AWAY, "连不上", "endpoint"),
    ],
)
def test_a_store_that_refuses_says_what_to_put_right(tmp_path: Path, store: ObjectStore, name: str, value: str, words: str, mend: str) -> None:
    wrong = store.settings["STORAGE_URL"].replace(f"//{BUCKET}/", "//another/") if value == "bucket" else value
    refused = seen(tmp_path, store, **{name: wrong})
    assert refused["文件存储"].state == "fault" and words in refused["文件存储"].words and mend in refused["文件存储"].mend
    assert store.settings["STORAGE_SECRET"] not in str(refused) and "浏览器取文件" not in refused


def test_a_clock_that_the_store_does_not_share_is_named(tmp_path: Path, store: ObjectStore) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        skewed = seen(tmp_path, store)["文件存储"]
    assert skewed.state == "fault" and "RequestTimeTooSkewed" in skewed.words and "timedatectl" in skewed.mend


@pytest.mark.parametrize(("careless", "words", "mend"), [("open_to_everybody", "谁都能看到", "匿名"), ("closed_to_pages", "CORS", "方法 GET")])
def test_a_bucket_that_is_open_to_all_or_closed_to_pages_is_named(tmp_path: Path, careless: str, words: str, mend: str) -> None:
    with object_store(tmp_path, kind=careless) as running:
        browsers = seen(tmp_path, running)["浏览器取文件"]
    assert browsers.state == "fault" and words in browsers.words and mend in browsers.mend


def test_an_address_that_no_phone_reaches_is_named(tmp_path: Path, store: ObjectStore) -> None:
    wrong = store.settings["STORAGE_URL"] + "&public=http://127.0.0.1:9"
    browsers = seen(tmp_path, store, STORAGE_URL=wrong)["浏览器取文件"]
    assert browsers.state == "fault" and "ConnectionRefusedError" in browsers.words and "public=" in browsers.mend


def test_a_redis_that_is_away_locked_or_may_not_be_written_is_named(tmp_path: Path) -> None:
    def bell(url: str) -> Finding:
        return found(environment(tmp_path, QUEUE_URL=url))["任务通知"]

    with redis(tmp_path) as url:
        assert bell(url).state == "good"
        asking = Redis.from_url(url)
        asking.config_set("requirepass", "geheim")
        locked, wrong = bell(url), bell(url.replace("//", "//:falsch@"))
        assert "密码" in locked.words and locked.mend == wrong.mend and "redis://:密码@" in locked.mend
        right = url.replace("//", "//:geheim@")
        assert bell(right).state == "good"
        Redis.from_url(right).replicaof("127.0.0.1", 9)
        assert "不让写" in bell(right).words and "主库" in bell(right).mend
    away = bell(url)
    assert away.state == "look" and "没有应答" in away.words and "启动 Redis" in away.mend and "任务仍会做" in away.mend
