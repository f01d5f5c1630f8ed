import { React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { StateCard } from "./state_card.tsx";

/** The first view: whether all is well, and if not, what to do. */
export const Overview = (): ReactElement => <StateCard />;
