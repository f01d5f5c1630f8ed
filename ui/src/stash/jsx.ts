/** What the built bundles make elements with: a short name, because it stands in them a thousand times. */
import { React } from "./index.ts";

export const h = React.createElement;
export const Fragment = React.Fragment;
