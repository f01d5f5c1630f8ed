/** What each state looks like. Colours are tints that can be read on Stash's cards, not Stash's own. */
import type { Kind } from "../protocol/operations.ts";

export type Colour = "green" | "orange" | "red" | "blue" | "grey";

export const TINTS: Readonly<Record<Colour, string>> = {
  green: "#3dcc91",
  orange: "#ffb366",
  red: "#ff7373",
  blue: "#79c4ff",
  grey: "#bfccd6",
};

/** The icon's name among FontAwesome's solid ones, and its colour. */
export interface Appearance {
  readonly icon: "faCircleCheck" | "faCircleExclamation" | "faHand" | "faPlugCircleXmark" | "faCircleXmark" | "faKey"
    | "faArrowsRotate" | "faRightLeft" | "faClock" | "faCirclePause" | "faEye";
  readonly colour: Colour;
}

export const APPEARANCES: Readonly<Record<Kind, Appearance>> = {
  stash_away: { icon: "faPlugCircleXmark", colour: "red" },
  signed_out: { icon: "faKey", colour: "orange" },
  not_set_up: { icon: "faRightLeft", colour: "blue" },
  agent_dead: { icon: "faPlugCircleXmark", colour: "red" },
  settings_wrong: { icon: "faCircleXmark", colour: "red" },
  sign_in_refused: { icon: "faKey", colour: "red" },
  plex_away: { icon: "faPlugCircleXmark", colour: "red" },
  plex_starting: { icon: "faClock", colour: "grey" },
  brake: { icon: "faHand", colour: "orange" },
  paused: { icon: "faCirclePause", colour: "grey" },
  dry_run: { icon: "faEye", colour: "grey" },
  working: { icon: "faArrowsRotate", colour: "blue" },
  needs_you: { icon: "faCircleExclamation", colour: "orange" },
  waiting: { icon: "faClock", colour: "grey" },
  empty: { icon: "faCircleCheck", colour: "green" },
  well: { icon: "faCircleCheck", colour: "green" },
};
