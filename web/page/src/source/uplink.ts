/** The WebRTC connection that sends media to the server. */

import { PROBLEMS, ProblemError } from "../problem/problem";

/** Time to gather ICE candidates; later ones are left out. */
const GATHERING_LIMIT_MS = 2000;

/** Grace period of a disconnected peer before it is reconnected. */
const PATIENCE_MS = 1000;

const CONNECT_LIMIT_MS = 10_000;

export interface Uplink {
  readonly close: () => void;
}

/**
 * Connects and returns once media flows. Calls `lost` once when the connection breaks. `exchange`
 * sends the SDP of the offer and returns that of the answer. Throws a ProblemError if the
 * connection can't be established.
 */
export async function connect(
  media: MediaStream,
  iceServers: readonly RTCIceServer[],
  exchange: (sdp: string) => Promise<string>,
  lost: () => void,
): Promise<Uplink> {
  const peer = new RTCPeerConnection({ iceServers: [...iceServers] });
  try {
    for (const track of media.getTracks()) {
      peer.addTransceiver(track, { direction: "sendonly", streams: [media] });
    }
    await peer.setLocalDescription();
    await gathered(peer);
    const sdp = await exchange(peer.localDescription?.sdp ?? "");
    await peer.setRemoteDescription({ type: "answer", sdp });
    await connected(peer);
  } catch (error) {
    peer.close();
    throw error;
  }
  watch(peer, lost);
  return { close: () => peer.close() };
}

/** Waits for the ICE candidates: the server does not support trickle ICE. */
function gathered(peer: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, GATHERING_LIMIT_MS);
    const check = (): void => {
      if (peer.iceGatheringState !== "complete") return;
      window.clearTimeout(timer);
      resolve();
    };
    peer.addEventListener("icegatheringstatechange", check);
    check();
  });
}

function connected(peer: RTCPeerConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new ProblemError(PROBLEMS.noMedia));
    const timer = window.setTimeout(fail, CONNECT_LIMIT_MS);
    const check = (): void => {
      if (peer.connectionState === "connected") {
        window.clearTimeout(timer);
        resolve();
      } else if (peer.connectionState === "failed") {
        window.clearTimeout(timer);
        fail();
      }
    };
    peer.addEventListener("connectionstatechange", check);
    check();
  });
}

function watch(peer: RTCPeerConnection, lost: () => void): void {
  let timer = 0;
  let reported = false;
  const report = (): void => {
    if (reported || peer.connectionState === "closed") return;
    reported = true;
    peer.close();
    lost();
  };
  peer.addEventListener("connectionstatechange", () => {
    window.clearTimeout(timer);
    if (peer.connectionState === "disconnected") timer = window.setTimeout(report, PATIENCE_MS);
    if (peer.connectionState === "failed") report();
  });
}
