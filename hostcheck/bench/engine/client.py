"""A client of an engine, whose requests are monitored by a heartbeat."""

from collections.abc import Iterator
from typing import Any

import docker
import requests
from docker.errors import APIError, NotFound
from docker.transport.unixconn import UnixHTTPAdapter, UnixHTTPConnection, UnixHTTPConnectionPool

from hostcheck.bench.engine.client_config import checked_config
from hostcheck.bench.engine.heartbeat import Heartbeat
from hostcheck.bench.engine.objects import AnswerError, lines, read_json, read_object
from hostcheck.quiet import discard_log

discard_log("docker", "urllib3", "requests")


class EngineClient(docker.APIClient):
    """The Docker SDK's client. Its connections are closed when the engine hangs."""

    def __init__(self, url: str, version: str, seconds: int, heartbeat: Heartbeat) -> None:
        """Create a client.

        Args:
            url: the engine's address.
            version: the API version to use.
            seconds: timeout of a request.
            heartbeat: monitors the engine.

        Raises:
            CannotRun: if the configuration of docker's client is malformed.
        """
        with checked_config():
            super().__init__(base_url=url, version=version, timeout=seconds)
        self._heartbeat: Heartbeat | None = heartbeat
        self._watched = heartbeat
        self._custom_adapter = _Adapter(url, seconds, heartbeat)
        self.mount("http+docker://", self._custom_adapter)
        heartbeat.connected()

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send a request.

        Raises:
            Unreachable: if the engine does not respond. The message is the first cause of the engine's failure.
        """
        seconds = None if options.get("stream") else self.timeout
        with self._watched.during(str(request.method), str(request.url), seconds):
            return super().send(request, **options)

    def _result(self, response: requests.Response, json: bool = False, binary: bool = False) -> Any:  # noqa: FBT001, FBT002  the SDK's
        require_success(response)
        if json:
            return read_json(response.content)
        return super()._result(response, json, binary)  # type: ignore[misc]  # the stubs leave it out

    def _stream_helper(self, response: requests.Response, decode: bool = False) -> Iterator[Any]:  # noqa: FBT001, FBT002  the SDK's
        if not decode:
            yield from super()._stream_helper(response, decode)  # type: ignore[misc]  # the stubs leave it out
            return
        for line in lines(response):
            yield read_object(line)

    def _raise_for_status(self, response: requests.Response) -> None:
        require_success(response)

    def close(self) -> None:
        """Close the client's connections."""
        super().close()
        if self._heartbeat is not None:
            self._heartbeat.disconnected()
            self._heartbeat = None


def require_success(response: requests.Response) -> None:
    """Check that a response reports no error.

    Raises:
        NotFound: for the status 404, with the engine's message.
        APIError: for any other error.
    """
    try:
        response.raise_for_status()
    except requests.HTTPError as error:
        try:
            message = read_object(response.content).text("message")
        except AnswerError:
            message = response.text.strip()
        kind = NotFound if response.status_code == 404 else APIError
        raise kind(str(error), response=response, explanation=message) from error


class _Connection(UnixHTTPConnection):
    heartbeat: Heartbeat

    def connect(self) -> None:
        self.sock = self.heartbeat.connect(self.timeout)

    def request(self, *arguments: Any, **options: Any) -> None:
        self.heartbeat.uses(self.sock)
        super().request(*arguments, **options)


class _Pool(UnixHTTPConnectionPool):
    heartbeat: Heartbeat
    seconds: int

    def _new_conn(self) -> UnixHTTPConnection:  # type: ignore[override]  # as the SDK's own does
        connection = _Connection(self.base_url, self.socket_path, self.seconds)
        connection.heartbeat = self.heartbeat
        return connection


class _Adapter(UnixHTTPAdapter):
    def __init__(self, url: str, seconds: int, heartbeat: Heartbeat) -> None:
        # For Unix sockets, the SDK ignores num_pools and keeps a connection for each of the last 25 URLs, and each
        # container has its own URLs.
        super().__init__(f"http+{url}", seconds, pool_connections=1)
        self.heartbeat = heartbeat

    def get_connection(self, url: bytes | str, proxies: Any = None) -> UnixHTTPConnectionPool:  # noqa: ARG002 - no proxies to a socket
        with self.pools.lock:
            pool = self.pools.get(url)
            if pool is None:
                pool = _Pool(str(url), self.socket_path, self.timeout)
                pool.heartbeat, pool.seconds = self.heartbeat, self.timeout
                self.pools[url] = pool
        return pool
