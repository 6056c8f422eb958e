import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from web.security import MAX_BODY, Guard, matches, new_token, token_of

OURS = {"Origin": "http://127.0.0.1:8600"}


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(token_of(request) or (await request.body()).decode())


async def greet(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("hello")
    await socket.close()


@pytest.fixture
def client() -> TestClient:
    routes = [
        Route("/", echo, methods=["GET", "POST"]),
        Route("/docs", echo),
        WebSocketRoute("/ws", greet),
    ]
    return TestClient(Guard(Starlette(routes=routes), uploads={}), base_url="http://127.0.0.1:8600")


def test_our_own_page_and_programs_may_change_things(client: TestClient) -> None:
    assert client.post("/", content="a").text == "a"
    assert client.post("/", content="a", headers=OURS).text == "a"


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://127.0.0.1:9999", "null", "http://127.0.0.1.evil.example:8600"],
)
def test_a_foreign_page_may_not(client: TestClient, origin: str) -> None:
    answer = client.post("/", content="a", headers={"Origin": origin})
    assert (answer.status_code, answer.json()) == (
        403,
        {"detail": "requests from other sites are refused"},
    )
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect("/ws", headers={"Origin": origin}),
    ):
        pass
    assert closed.value.code == 1008


def test_our_own_page_may_listen(client: TestClient) -> None:
    with client.websocket_connect("ws://127.0.0.1:8600/ws", headers=OURS) as socket:
        assert socket.receive_text() == "hello"


def test_a_body_has_a_length_and_a_limit(client: TestClient) -> None:
    assert client.post("/", content=b"x" * MAX_BODY).status_code == 200
    assert client.post("/", content=b"x" * (MAX_BODY + 1)).status_code == 413
    assert client.post("/", content=iter([b"x"])).status_code == 411


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    headers = client.get("/").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert "default-src 'self'" in headers["content-security-policy"]
    assert (
        "script-src 'self' 'unsafe-inline'"
        in client.get("/docs").headers["content-security-policy"]
    )


def test_reads_the_token_from_header_or_query(client: TestClient) -> None:
    assert client.get("/", headers={"Authorization": "Bearer abc"}).text == "abc"
    assert client.get("/?token=abc").text == "abc"
    assert client.get("/", headers={"Authorization": "Basic abc"}).text == ""


def test_tokens_are_long_and_differ() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 32
    assert matches("ü", "ü")
    assert not matches("", "a")


def test_the_answer_to_a_large_body_is_json(client: TestClient) -> None:
    answer: httpx2.Response = client.post("/", content=b"x" * (MAX_BODY + 1))
    assert answer.json() == {"detail": f"the body exceeds {MAX_BODY} bytes"}
