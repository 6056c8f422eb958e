import { expect, it } from "vitest";

import { readEvent } from "../../src/server/wire";
import { mood } from "../events";

it("reads the events it knows", () => {
  const event = mood({ seq: 4, t: 3 });
  expect(readEvent(JSON.stringify(event))).toEqual(event);
});

it.each(["null", "[]", '{"type":"later","seq":1,"t":0}', '{"type":"mood","t":0}'])(
  "passes over what it does not know: %s",
  (text) => expect(readEvent(text)).toBeNull(),
);
