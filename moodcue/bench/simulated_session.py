"""Send hours of simulated session events to a real live page in seconds."""

from __future__ import annotations

from playwright.async_api import CDPSession, Page

HOURS = 3

STREAM = """(() => {
    // Replaces the connection for session events only.
    const Real = window.WebSocket;
    let socket = null;
    let seq = 0;
    window.WebSocket = class extends EventTarget {
        constructor(url) {
            super();
            if (!/\\/events/.test(url)) return new Real(url);
            socket = this;
            queueMicrotask(() => this.dispatchEvent(new Event("open")));
        }
        close() {}
    };
    const EMOTIONS = [
        "neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised",
    ];
    const probsOf = (label) =>
        Object.fromEntries(EMOTIONS.map((name) => [name, name === label ? 0.65 : 0.05]));
    const send = (event) => {
        const data = JSON.stringify({ ...event, seq: ++seq });
        socket.dispatchEvent(new MessageEvent("message", { data }));
    };
    window.connected = () => socket !== null;
    window.sendEvents = (from, to) => {
        for (let t = from; t < to; t++) {
            const label = EMOTIONS[Math.floor(t / 7) % 8];
            const probs = probsOf(label);
            const x = 0.3 + 0.2 * Math.sin(t / 3);
            const size = 0.3 + 0.05 * Math.cos(t / 5);
            const face = { id: 1, box: [x, 0.2, size, 1.33 * size], label, speaking: true };
            send({
                type: "mood", t, label, confidence: 0.65, probs, valence: Math.sin(t / 50),
                arousal: Math.cos(t / 80), latency_ms: 150, dropped: 0,
                voice: { probs, reliability: t % 40 < 30 ? 0.8 : 0, speech: true, doubt: null },
                face: { probs, reliability: 0.9, faces: [face], doubt: null, aspect: 1.33 },
            });
            if (t % 10 === 0) send({ type: "cues", t, items: window.cues, settings: {} });
            if (t % 120 === 0) send({ type: "note", t, id: seq + 1, text: `Note at ${t}` });
            if (t % 300 === 0)
                send({ type: "feedback", t, action: "downloaded", track_id: "none" });
        }
    };
})()"""

CUES = """async () => {
    const tracks = (await (await fetch("/api/tracks?limit=10")).json()).items;
    const why = { from: "mood", emotion: "happy", score: 0.8, probability: 0.5, because: null };
    window.cues = tracks.map((track) => ({
        ...track, track_id: track.id, download: `/api/tracks/${track.id}/download`, why,
    }));
}"""


async def simulate_events(page: Page) -> None:
    """Replace the events of the server in the next document that the page opens."""
    await page.add_init_script(STREAM)


async def start_session(page: Page) -> None:
    """Start a session on the open page."""
    await page.evaluate(CUES)
    await page.get_by_role("checkbox", name="I agree").check()
    await page.get_by_role("button", name="Try the sample clip").click()
    await page.wait_for_function("() => connected()", polling=50)


async def send_events(page: Page, start: int, end: int) -> None:
    """Send all events between two seconds of the session at once."""
    await page.evaluate("([from, to]) => sendEvents(from, to)", [start, end])


async def metrics(cdp: CDPSession) -> dict[str, float]:
    """Return the performance metrics of Chromium for a page."""
    result = await cdp.send("Performance.getMetrics")
    return {metric["name"]: metric["value"] for metric in result["metrics"]}
