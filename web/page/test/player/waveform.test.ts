import { expect, it } from "vitest";

import { peaksOf } from "../../src/player/waveform";

it("the peaks are those of each stretch, beside the loudest", async () => {
  const samples = new Float32Array(1000);
  samples[10] = -0.5;
  samples[510] = 0.25;
  expect(await peaksOf(samples, 4, async () => undefined)).toEqual([1, 0, 0.5, 0]);
});

it("silence is flat", async () => {
  expect(await peaksOf(new Float32Array(10), 4, async () => undefined)).toEqual([0, 0, 0, 0]);
});

it("lets others have a turn, and stops when nobody looks any more", async () => {
  let turns = 0;
  await peaksOf(new Float32Array(1000), 160, async () => void turns++);
  expect(turns).toBeGreaterThan(10);
  const left = async (): Promise<void> => {
    throw new Error("left");
  };
  await expect(peaksOf(new Float32Array(1000), 160, left)).rejects.toThrow("left");
});
