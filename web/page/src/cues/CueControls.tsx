import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { listSources } from "../server/api";
import { parseNumber } from "../parts/number";
import { changeSettings, MODES, activeFilters, settings } from "./cueing";
import type { Emotion } from "../emotion/emotion";
import { LICENCE_CLASSES } from "../tracks/licence";
import type { TrackSource } from "../server/wire";
import { emotionName, words } from "../words";
import { EmotionOptions } from "../parts/EmotionOptions";
import { Icon } from "../parts/Icon";
import "./CueControls.css";

/** Upper limits of the filters. */
const FASTEST = 1000;
const LONGEST_MINUTES = 1440;

const sources = signal<readonly TrackSource[]>([]);

/** The settings of the cues: mode, manual mood and filters. */
export function CueControls() {
  const { mode, target, mood } = settings.value;
  const text = words.value.cues;
  return (
    <div class="controls">
      <div class="segments" role="radiogroup" aria-label={text.mode}>
        {MODES.map((each) => (
          <label key={each} title={text.modeHints[each]}>
            <input
              type="radio"
              name="mode"
              checked={mode === each}
              onChange={() => changeSettings({ mode: each })}
            />
            <span>{text.modes[each]}</span>
          </label>
        ))}
      </div>
      <div class="asked">
        {mode === "lift" && (
          <label>
            <span>{text.target}</span>
            <select
              value={target ?? ""}
              onChange={({ currentTarget }) =>
                changeSettings({ target: currentTarget.value as Emotion })
              }
            >
              <EmotionOptions />
            </select>
          </label>
        )}
        <label>
          <span>{text.byHand}</span>
          <select
            value={mood ?? ""}
            onChange={({ currentTarget }) =>
              changeSettings({
                mood: currentTarget.value === "" ? null : (currentTarget.value as Emotion),
              })
            }
          >
            <option value="">{text.automatic}</option>
            <EmotionOptions />
          </select>
        </label>
      </div>
      {mood !== null && (
        <p class={`by-hand ${mood}`} role="status">
          <Icon name="hand" />
          {text.handSet(emotionName(mood))}
          <button type="button" onClick={() => changeSettings({ mood: null })}>
            {text.release}
          </button>
        </p>
      )}
      <p class="hint">{text.modeHints[mode]}</p>
      <Filters />
    </div>
  );
}

function Filters() {
  const { filters } = settings.value;
  const { cues: text, licences, library } = words.value;
  const set = activeFilters(settings.value);

  useEffect(() => {
    // Without the list, the filter by source is not shown.
    void listSources()
      .then((found) => (sources.value = found))
      .catch(() => undefined);
  }, []);

  return (
    <details class="cue-filters">
      <summary>
        <Icon name="filter" />
        {text.filters}
        {set > 0 && <span class="tag">{text.activeFilters(set)}</span>}
      </summary>
      <fieldset>
        <legend>{text.licences}</legend>
        {LICENCE_CLASSES.map((each) => (
          <Check
            key={each}
            label={licences[each]}
            checked={filters.licences.includes(each)}
            // At least one must stay checked.
            disabled={filters.licences.length === 1 && filters.licences[0] === each}
            onChange={(on) =>
              changeSettings({ filters: { licences: toggled(filters.licences, each, on) } })
            }
          />
        ))}
      </fieldset>
      <Range
        legend={text.tempo}
        limits={filters.tempo}
        most={FASTEST}
        onChange={(tempo) => changeSettings({ filters: { tempo } })}
      />
      <Range
        legend={text.length}
        limits={filters.length}
        most={LONGEST_MINUTES}
        unit={60}
        onChange={(length) => changeSettings({ filters: { length } })}
      />
      {sources.value.length > 1 && (
        <fieldset>
          <legend>{text.sources}</legend>
          {sources.value.map(({ source, tracks }) => (
            <Check
              key={source}
              label={library.sourceOf(source, tracks)}
              checked={filters.sources?.includes(source) ?? true}
              onChange={(on) =>
                changeSettings({ filters: { sources: chosen(filters.sources, source, on) } })
              }
            />
          ))}
        </fieldset>
      )}
      <Check
        label={text.instrumental}
        checked={filters.instrumental}
        onChange={(instrumental) => changeSettings({ filters: { instrumental } })}
      />
    </details>
  );
}

interface CheckProps {
  readonly label: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (on: boolean) => void;
}

function Check({ label, checked, disabled = false, onChange }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      {label}
    </label>
  );
}

type Limits = readonly [number | null, number | null];

interface RangeProps {
  readonly legend: string;
  readonly limits: Limits;
  readonly most: number;
  /** Factor from the displayed unit to the unit of the limits. */
  readonly unit?: number;
  readonly onChange: (limits: [number | null, number | null]) => void;
}

/** Minimum and maximum; setting one beyond the other moves the other. */
function Range({ legend, limits: [least, highest], most, unit = 1, onChange }: RangeProps) {
  const { cues: text } = words.value;
  const shown = (limit: number | null): number | "" => (limit === null ? "" : limit / unit);
  const read = (input: string): number | null => {
    const value = parseNumber(input, most);
    return value === null ? null : value * unit;
  };
  return (
    <fieldset class="range">
      <legend>{legend}</legend>
      <input
        type="number"
        min={0}
        max={most}
        step="any"
        value={shown(least)}
        aria-label={`${legend}, ${text.least}`}
        placeholder={text.least}
        onChange={({ currentTarget }) => {
          const value = read(currentTarget.value);
          onChange([
            value,
            value !== null && highest !== null ? Math.max(value, highest) : highest,
          ]);
        }}
      />
      <input
        type="number"
        min={0}
        max={most}
        step="any"
        value={shown(highest)}
        aria-label={`${legend}, ${text.most}`}
        placeholder={text.most}
        onChange={({ currentTarget }) => {
          const value = read(currentTarget.value);
          onChange([value !== null && least !== null ? Math.min(value, least) : least, value]);
        }}
      />
    </fieldset>
  );
}

function toggled<T>(all: readonly T[], one: T, on: boolean): T[] {
  return on ? [...all, one] : all.filter((each) => each !== one);
}

/** Returns the selected sources; null stands for all, including future ones. */
function chosen(now: readonly string[] | null, one: string, on: boolean): string[] | null {
  const all = sources.value.map(({ source }) => source);
  const next = toggled(now ?? all, one, on);
  return next.length === 0 || all.every((each) => next.includes(each)) ? null : next;
}
