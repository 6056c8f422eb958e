import { expect, it } from "vitest";

import { denied, missing } from "../../src/source/media";
import { PROBLEMS } from "../../src/problem/problem";

const CAMERA = { kind: "videoinput" } as const;
const MICROPHONE = { kind: "audioinput" } as const;
const BOTH = { camera: "", microphone: "" };

it("says which device is the one that is not there", () => {
  expect(missing(BOTH, [MICROPHONE])).toBe(PROBLEMS.noCamera);
  expect(missing(BOTH, [CAMERA])).toBe(PROBLEMS.noMicrophone);
  expect(missing(BOTH, [])).toBe(PROBLEMS.noDevices);
});

it("does not miss a device that was switched off", () => {
  expect(missing({ camera: "", microphone: null }, [])).toBe(PROBLEMS.noCamera);
  expect(missing({ camera: null, microphone: "" }, [])).toBe(PROBLEMS.noMicrophone);
});

it("a refusal names the device that was asked for", () => {
  expect(denied(BOTH)).toBe(PROBLEMS.denied);
  expect(denied({ camera: null, microphone: "" })).toBe(PROBLEMS.deniedMicrophone);
  expect(denied({ camera: "", microphone: null })).toBe(PROBLEMS.deniedCamera);
});
