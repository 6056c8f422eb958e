import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import {
  explain,
  failed,
  describeFailure,
  PROBLEMS,
  type Problem,
  describeProblem,
} from "../../src/problem/problem";
import { ServerError } from "../../src/server/errors";
import type { Failure } from "../../src/server/wire";
import { language, LANGUAGES, words } from "../../src/words";
import type { FailureWords } from "../../src/words/failures";
import { WELL } from "../events";

beforeEach(() => {
  vi.stubGlobal("navigator", { languages: ["en-GB", "zh-TW"] });
});

afterEach(() => {
  vi.unstubAllGlobals();
  language.value = "en";
});

const PRIVATE: Failure = {
  detail: "router is a private address of this network",
  code: "private_address",
  facts: { host: "router" },
};

describe("what the server says of a failure", () => {
  it("is said in the language that is read now, with what it mentions", () => {
    expect(describeProblem(refusal(422, PRIVATE)).what).toBe(
      "router is an address in the server's private network.",
    );
    language.value = "zh-Hant";
    expect(describeProblem(refusal(422, PRIVATE)).what).toBe("router 是伺服器內部網路的位址。");
    expect(describeProblem(failed(PRIVATE)).advice).toContain("請改用公開的網址");
  });

  it("has its figures written as the reader writes them", () => {
    const failure = describeFailure({
      ...WELL,
      code: "too_many_files",
      facts: { folder: "/m", limit: 200_000 },
    });
    expect(failure?.what).toBe("/m contains more than 200,000 music files.");
  });

  it.each(["", "of_a_later_version", "toString"])(
    "is shown as it is where there are no words for the code “%s”",
    (code) => {
      language.value = "zh-Hant";
      const failure = { ...WELL, detail: "the disk is on fire", code: code === "" ? null : code };
      expect(describeFailure(failure as Failure)).toBeNull();
      expect(describeProblem(refusal(500, failure as Failure)).advice).toBe("the disk is on fire");
      expect(describeProblem(failed(failure as Failure)).advice).toBe("the disk is on fire");
    },
  );

  it("is the status where something else than the server answers, and that it is gone where it says nothing", () => {
    const proxy = explain(new ServerError(502, "<html>", null, false));
    expect(proxy).toMatchObject({ name: "status" });
    expect(describeProblem(proxy).advice).toContain("502");
    expect(failed(WELL)).toBe(PROBLEMS.gone);
  });

  it("mentions the same in every language", () => {
    const mentioned = LANGUAGES.map((each) => {
      language.value = each;
      return Object.fromEntries(
        Object.entries(words.value.failures).map(([code, failure]) => [code, factsOf(failure)]),
      );
    });
    for (const other of mentioned) expect(other).toEqual(mentioned[0]);
  });
});

it("tells a full server from one that lacks something", () => {
  const failure = { detail: "8 sessions are running", code: "server_full", facts: { sessions: 8 } };
  const full = explain(new ServerError(503, JSON.stringify(failure), "30", false));
  expect(full).toEqual({ name: "refused", failure, retryAfter: 30, remedies: ["retry"] });
  const lacking = new ServerError(503, '{"detail":"install libportaudio2"}', null, false);
  expect(explain(lacking)).toMatchObject({
    name: "refused",
    failure: { detail: "install libportaudio2", code: null, facts: {} },
    retryAfter: 0,
  });
});

function refusal(status: number, failure: Failure): Problem {
  return explain(new ServerError(status, JSON.stringify(failure), null, false));
}

/** The names of the facts that words mention. */
function factsOf({ what, advice }: FailureWords): readonly string[] {
  const names = new Set<string>();
  const facts = new Proxy({} as Record<string, string>, {
    get: (_, name) => {
      names.add(String(name));
      return "";
    },
  });
  for (const text of [what, advice]) if (typeof text === "function") text(facts as never);
  return [...names].toSorted();
}
