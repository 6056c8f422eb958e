import { Icon, type IconName } from "../parts/Icon";
import "./Placeholder.css";

/** Explains why there is no video. */
export function Placeholder({ icon, text }: { icon: IconName; text: string }) {
  return (
    <div class="picture empty">
      <Icon name={icon} />
      <p>{text}</p>
    </div>
  );
}
