"""Simulates hours of a session in seconds: a real page with synthetic events."""

from __future__ import annotations

from playwright.async_api import CDPSession, Page

HOURS = 3

STREAM = """(() => {
    // The events of a session come from here; every other connection is the real one.
    const Real = window.WebSocket;
    let line = null;
    let seq = 0;
    window.WebSocket = class extends EventTarget {
        constructor(url) {
            super();
            if (!/\\/events/.test(url)) return new Real(url);
            line = this;
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
        line.dispatchEvent(new MessageEvent("message", { data }));
    };
    window.streaming = () => line !== null;
    window.tell = (from, to) => {
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


async def make_up_events(page: Page) -> None:
    """Replace the server's events in the page that is opened next."""
    await page.add_init_script(STREAM)


async def begin(page: Page) -> None:
    """Begin a session in the page that was opened."""
    await page.evaluate(CUES)
    await page.get_by_role("checkbox", name="I agree").check()
    await page.get_by_role("button", name="Try the sample clip").click()
    await page.wait_for_function("() => streaming()", polling=50)


async def tell(page: Page, begin: int, end: int) -> None:
    """Deliver all events of some seconds of the session at once."""
    await page.evaluate("([from, to]) => tell(from, to)", [begin, end])


async def metrics(cdp: CDPSession) -> dict[str, float]:
    """Return Chromium's performance metrics of a page."""
    found = (await cdp.send("Performance.getMetrics"))["metrics"]
    return {metric["name"]: metric["value"] for metric in found}
