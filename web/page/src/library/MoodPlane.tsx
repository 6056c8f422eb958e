import { type Place, placeAt } from "./catalogue";
import type { TrackPage } from "../server/wire";
import { words } from "../words";
import { Plane } from "../parts/Plane";
import "./MoodPlane.css";

interface Props {
  readonly tracks: TrackPage;
  readonly place: Place | null;
  readonly onPlace: (place: Place | null) => void;
}

const AXES = ["valence", "arousal"] as const;

const CENTRE: Place = { valence: 0, arousal: 0 };

/** The tracks by valence and arousal; a click or the sliders find the nearest ones. */
export function MoodPlane({ tracks, place, onPlace }: Props) {
  const { items, total } = tracks;
  const text = words.value.plane;
  return (
    <section class="plane card" aria-labelledby="plane-title">
      <div class="title-row">
        <h3 id="plane-title">{text.title}</h3>
        <p class="hint">{items.length < total ? text.shown(items.length, total) : text.click}</p>
      </div>
      <Plane
        label={text.summary(items.length)}
        onClick={({ clientX, clientY, currentTarget }) => {
          const { left, top, width, height } = currentTarget.getBoundingClientRect();
          onPlace(placeAt(inside((clientX - left) / width), inside((clientY - top) / height)));
        }}
      >
        {items.map(({ id, title, artist, emotion, valence, arousal }) => (
          <circle key={id} class={emotion} cx={valence} cy={-arousal} r="0.018">
            <title>{artist === "" ? title : `${title}, ${artist}`}</title>
          </circle>
        ))}
        {place && <circle class="here" cx={place.valence} cy={-place.arousal} r="0.05" />}
      </Plane>
      {AXES.map((axis) => (
        <label key={axis} class="axis">
          <span aria-hidden="true">{text[axis].low}</span>
          <input
            type="range"
            min={-1}
            max={1}
            step={0.05}
            value={place?.[axis] ?? 0}
            aria-label={text[axis].label}
            onInput={({ currentTarget }) =>
              onPlace({ ...(place ?? CENTRE), [axis]: Number(currentTarget.value) })
            }
          />
          <span aria-hidden="true">{text[axis].high}</span>
        </label>
      ))}
      {place !== null && (
        <button type="button" onClick={() => onPlace(null)}>
          {text.byTitle}
        </button>
      )}
    </section>
  );
}

/** Converts a fraction of the SVG, which has a margin, to one of the plane. */
function inside(fraction: number): number {
  return (fraction * 2.16 - 0.08) / 2;
}
