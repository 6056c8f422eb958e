// An encoder built on libdatachannel, as OBS is: `encoder.mjs URL TOKEN COUNT` connects COUNT times,
// one after the other, sends half a second of silent Opus each time, and prints how often it worked.

import { setTimeout as sleep } from "node:timers/promises";
import { Audio, PeerConnection } from "node-datachannel";

const [url, token, count] = process.argv.slice(2);
const PAYLOAD_TYPE = 111;
const SSRC = 42;
const SILENCE = Buffer.from([0xf8, 0xff, 0xfe]); // 20 ms (RFC 6716, section 3.1)

function packet(number) {
  const header = Buffer.alloc(12);
  header.writeUInt8(0x80, 0);
  header.writeUInt8(PAYLOAD_TYPE, 1);
  header.writeUInt16BE(number, 2);
  header.writeUInt32BE(number * 960, 4);
  header.writeUInt32BE(SSRC, 8);
  return Buffer.concat([header, SILENCE]);
}

async function connects() {
  const peer = new PeerConnection("encoder", { iceServers: [], bindAddress: "127.0.0.1" });
  const offered = new Promise((resolve) => peer.onLocalDescription((sdp) => resolve(sdp)));
  const audio = new Audio("audio", "SendOnly");
  audio.addOpusCodec(PAYLOAD_TYPE);
  audio.addSSRC(SSRC, "encoder");
  const track = peer.addTrack(audio);
  const opened = new Promise((resolve) => track.onOpen(() => resolve(true)));
  peer.setLocalDescription();
  // The first description has no candidates in it yet, and is sent like that.
  const sdp = await offered;
  if (sdp.includes("a=candidate:")) throw new Error("the offer was to have no candidates");
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/sdp" };
  const answer = await fetch(url, { method: "POST", headers, body: sdp });
  if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`);
  peer.setRemoteDescription(await answer.text(), "answer");
  const worked = await Promise.race([opened, sleep(10_000, false)]);
  for (let number = 0; worked && number < 25; number += 1) {
    track.sendMessageBinary(packet(number));
    await sleep(20);
  }
  peer.close();
  return worked;
}

let worked = 0;
for (let attempt = 0; attempt < Number(count); attempt += 1) worked += await connects();
console.log(worked);
process.exit(0);
