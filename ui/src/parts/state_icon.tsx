import { Icon, React, icons } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import type { Kind } from "../protocol/operations.ts";
import { APPEARANCES, TINTS } from "../words/states.ts";

/** The icon of a state. Only "working" turns, and not for those who want no motion (page.css). */
export function StateIcon({ kind }: { readonly kind: Kind }): ReactElement {
  const { icon, colour } = APPEARANCES[kind];
  const turning = kind === "working" ? "plexsync-turning" : "";
  return <Icon icon={icons[icon]} color={TINTS[colour]} className={`plexsync-state-icon ${turning}`} />;
}
