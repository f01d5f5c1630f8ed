/** The addresses of the steps: /setup, and /setup/STEP for each. */
import { ADDRESS } from "../../everywhere/address.ts";
import type { SetupView } from "../../protocol/operations.ts";

/** Return the step that an address names, "" for none. */
export const stepIn = (pathname: string): string => (/\/setup\/([a-z-]+)/.exec(pathname)?.[1] ?? "").replaceAll("-", "_");

/** Return the address of a step, and that of the set-up for "". */
export const addressOf = (step: string): string => `${ADDRESS}/setup${step ? `/${step.replaceAll("_", "-")}` : ""}`;

/** Return the step to be answered next: the preview has the start's button; "" once the set-up has ended. */
export const nextOf = ({ step, held }: SetupView): string => (step !== "start" ? step : held ? "preview" : "");

/** Return the step to show for an address: one that has an answer or is next, else the next one. */
export function shownStep(setup: SetupView, named: string): string {
  const next = nextOf(setup);
  if (!named) return next;
  const isDone = (name: string): boolean => setup.steps.some(({ step, state }) => step === name && state === "done");
  if (named === "taking_over" && !setup.held && isDone("server")) return named; // also where no set-up ever was
  const isOver = !next && (named === "preview" || named === "start");
  return isDone(named) && !isOver ? named : next;
}
