import { Icon, type IconName } from "../parts/Icon";
import "./Placeholder.css";

/** Where a picture would be, words on why there is none. */
export function Placeholder({ icon, text }: { icon: IconName; text: string }) {
  return (
    <div class="picture empty">
      <Icon name={icon} />
      <p>{text}</p>
    </div>
  );
}
