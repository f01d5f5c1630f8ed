import { Icon, React } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import { iconNamed, tint } from "../words/appearance.ts";

interface StateIconProps {
  readonly icon: string;
  readonly colour: string;
  /** Only "working" turns, and not for those who want no motion (page.css). */
  readonly turns?: boolean;
}

/** Whether something is well, as an icon. */
export const WellIcon = ({ isWell }: { readonly isWell: boolean }): ReactElement => (
  <StateIcon icon={isWell ? "circle-check" : "circle-exclamation"} colour={isWell ? "green" : "orange"} />
);

/** A state's icon in its colour; its words stand beside it. */
export const StateIcon = ({ icon, colour, turns }: StateIconProps): ReactElement => (
  <Icon icon={iconNamed(icon)} color={tint(colour)} className={turns ? "ps-turning" : ""} />
);
