import { type Emotion, word } from "../emotion";
import { clock, timeOfDay } from "../format";
import type { Download } from "../wire";
import { Shape } from "./Shape";

/** Every download as it happens: when, what, and in which mood. */
export function Downloads({ items }: { items: readonly Download[] }) {
  return (
    <section class="downloads card" aria-labelledby="downloads-title">
      <h2 id="downloads-title">Downloads</h2>
      {items.length === 0 ? (
        <p class="hint">Each download is written down here with the mood of its moment.</p>
      ) : (
        <div class="scroll" role="group" aria-labelledby="downloads-title" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">At</th>
                <th scope="col">Track</th>
                <th scope="col">Mood</th>
                <th scope="col">Voice</th>
                <th scope="col">Face</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.id} data-testid="download-row">
                  <td>
                    <time dateTime={item.at}>{timeOfDay(item)}</time>
                  </td>
                  <td>{clock(item.t)}</td>
                  <th scope="row">
                    {item.title} <span>{item.artist}</span>
                  </th>
                  <td data-of="Mood">
                    <Felt emotion={item.mood} />
                  </td>
                  <td data-of="Voice">
                    <Felt emotion={item.voice} />
                  </td>
                  <td data-of="Face">
                    <Felt emotion={item.face} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Felt({ emotion }: { emotion: Emotion | null }) {
  if (emotion === null) return <>–</>;
  return (
    <span class="felt">
      <Shape emotion={emotion} />
      {word(emotion)}
    </span>
  );
}
