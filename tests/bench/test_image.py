import pytest

from hostcheck.bench import storm as subject
from hostcheck.bench.base import CannotRun
from hostcheck.bench.image import imported_id, own_image
from hostcheck.bench.storm import StormWorkload

pytestmark = pytest.mark.real


def test_a_storm_of_an_image_of_ones_own_needs_no_busybox_and_no_entry_point(
    make_context, client, bystander, holdings, monkeypatch
):
    monkeypatch.setattr(subject, "find_busybox", lambda: pytest.fail("looked for"))
    own = client.commit(bystander, repository="own", tag="1", changes=['ENTRYPOINT ["/absent"]', "VOLUME /data"])["Id"]
    before = holdings()
    metrics = list(StormWorkload().measure(make_context(image="own:1")))
    assert {metric.state for metric in metrics} == {"ok"}, metrics[0].reason
    assert {metric.settings["image"] for metric in metrics} == {own}
    assert holdings() == before
    client.remove_image("own:1")


def test_an_image_that_is_not_there_is_not_pulled(client):
    with pytest.raises(CannotRun) as caught:
        own_image(client, "absent:1")
    assert str(caught.value) == "the image absent:1 is not in the engine; docker pull absent:1"


def test_what_ends_an_import_is_its_id_or_the_engines_message():
    assert imported_id('{"status":"sha256:1"}\r\n') == "sha256:1"
    with pytest.raises(OSError, match="no space"):
        imported_id('{"status":"x"}\n{"error":"no space"}\n')
