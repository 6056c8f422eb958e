import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { failed, inWords, PROBLEMS, refused, told } from "../../src/problem/problem";
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
    expect(told(refused(422, PRIVATE)).what).toBe("router is an address in the server's own network.");
    language.value = "zh-Hant";
    expect(told(refused(422, PRIVATE)).what).toBe("router 是伺服器內部網路的位址。");
    expect(told(failed(PRIVATE)).advice).toContain("請改用公開的網址");
  });

  it("has its figures written as the reader writes them", () => {
    const said = inWords({ ...WELL, code: "too_many_files", facts: { folder: "/m", limit: 200_000 } });
    expect(said?.what).toBe("/m holds more than 200,000 music files.");
  });

  it.each(["", "of_a_later_version", "toString"])(
    "is shown as it is where there are no words for the code “%s”",
    (code) => {
      language.value = "zh-Hant";
      const said = { ...WELL, detail: "the disk is on fire", code: code === "" ? null : code };
      expect(inWords(said as Failure)).toBeNull();
      expect(told(refused(500, said as Failure)).advice).toBe("the disk is on fire");
      expect(told(failed(said as Failure)).advice).toBe("the disk is on fire");
    },
  );

  it("is the status where something else than the server answers, and that it is gone where it says nothing", () => {
    expect(told(refused(502, null)).advice).toContain("502");
    expect(failed(WELL)).toBe(PROBLEMS.gone);
  });

  it("mentions the same in every language", () => {
    const mentioned = LANGUAGES.map((each) => {
      language.value = each;
      return Object.fromEntries(
        Object.entries(words.value.failures).map(([code, said]) => [code, factsOf(said)]),
      );
    });
    for (const other of mentioned) expect(other).toEqual(mentioned[0]);
  });
});

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
  return [...names].sort();
}
