/** What a state looks like. Colours are tints that can be read on Stash's cards, not Stash's own. */
import { icons } from "../stash/index.ts";
import type { IconDefinition } from "../stash/index.ts";

const TINTS: Readonly<Record<string, string>> = {
  green: "#3dcc91",
  orange: "#ffb366",
  red: "#ff7373",
  blue: "#79c4ff",
  grey: "#bfccd6",
};

/** Return the tint of a colour's name, grey for any other. */
export const tint = (colour: string): string => TINTS[colour] ?? "#bfccd6";

/** Return FontAwesome's icon by its name ("circle-check"), a plain circle where this Stash has none of that name. */
export function iconNamed(name: string): IconDefinition {
  const key = `fa${name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;
  return (icons as unknown as Readonly<Record<string, IconDefinition>>)[key] ?? icons.faCircle;
}
