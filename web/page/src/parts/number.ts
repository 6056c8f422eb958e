/** Parses a number, clamped to 0 to `max`; null where the text is no number. */
export function parseNumber(text: string, max: number): number | null {
  const value = Number(text);
  return text.trim() === "" || !Number.isFinite(value) ? null : Math.min(Math.max(value, 0), max);
}
