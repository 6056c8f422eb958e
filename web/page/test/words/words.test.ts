import { parseSync } from "vite";
import { afterEach, describe, expect, it } from "vitest";

import { PROBLEMS, describeProblem } from "../../src/problem/problem";
import { language, LANGUAGES, words } from "../../src/words";
import { languageOf, localeOf, type Language } from "../../src/words/language";

afterEach(() => {
  language.value = "en";
});

/** The places of all texts of a catalogue. */
function places(catalogue: object, at = ""): string[] {
  return Object.entries(catalogue).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null ? places(value, `${at}${key}.`) : [`${at}${key}`],
  );
}

function cataloguesOf<T>(read: () => T): readonly T[] {
  return LANGUAGES.map((each) => {
    language.value = each;
    return read();
  });
}

describe("catalogues", () => {
  it("say the same things in every language", () => {
    const [english, ...others] = cataloguesOf(() => places(words.value).toSorted());
    for (const other of others) expect(other).toEqual(english);
  });

  it("leave nothing unsaid", () => {
    const silent = (value: unknown): boolean =>
      typeof value === "object" && value !== null
        ? Object.values(value).some(silent)
        : value === "";
    for (const catalogue of cataloguesOf(() => words.value)) expect(silent(catalogue)).toBe(false);
  });

  it("tell a problem in the language that is read now", () => {
    const [english, chinese] = cataloguesOf(() => describeProblem(PROBLEMS.noCamera).what);
    expect(english).toBe("No camera was found.");
    expect(chinese).toBe("找不到攝影機。");
  });
});

describe("languageOf", () => {
  it.each<[readonly string[], Language]>([
    [["zh-TW", "en-US"], "zh-Hant"],
    [["zh-Hant-HK"], "zh-Hant"],
    [["zh-HK", "zh"], "zh-Hant"],
    [["de-DE", "zh-TW"], "zh-Hant"],
    [["en-GB", "zh-TW"], "en"],
    [["zh-CN"], "en"],
    [[], "en"],
  ])("takes of %j the first that it can", (preferred, chosen) =>
    expect(languageOf(preferred)).toBe(chosen),
  );
});

describe("localeOf", () => {
  it.each<[Language, readonly string[], string]>([
    ["en", ["zh-TW", "en-GB", "en"], "en-GB"],
    ["zh-Hant", ["en-GB", "zh-HK"], "zh-HK"],
    // A page in English has no German dates; and some systems call their language C.
    ["en", ["de-DE"], "en"],
    ["en", ["C"], "en"],
    ["zh-Hant", [], "zh-Hant"],
  ])("writes %s for %j as %s", (spoken, preferred, locale) =>
    expect(localeOf(spoken, preferred)).toBe(locale),
  );
});

interface Node {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** Attributes that people read or hear. */
const READ = new Set(["alt", "aria-label", "aria-valuetext", "label", "placeholder", "title"]);

/** Names of products and formats are the same in every language. */
const NAMES = new Set(["Moodcue"]);

function texts(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(texts);
  if (typeof node !== "object" || node === null) return [];
  const { type, ...parts } = node as Node;
  if (type === "JSXText") return [String(parts.value).trim()];
  if (type === "JSXAttribute") {
    const { name } = parts.name as { name: string };
    const { type: kind, value } = (parts.value ?? {}) as Partial<Node>;
    if (kind === "Literal") return READ.has(name) ? [String(value)] : [];
  }
  return Object.values(parts).flatMap(texts);
}

it("no component holds a text of its own", () => {
  const sources = import.meta.glob<string>("../../src/**/*.tsx", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  expect(Object.keys(sources)).not.toHaveLength(0);
  const found = Object.entries(sources).flatMap(([name, source]) =>
    texts(parseSync(name, source).program).filter(
      (text) => /\p{L}/u.test(text) && !NAMES.has(text),
    ),
  );
  expect(found).toEqual([]);
});
