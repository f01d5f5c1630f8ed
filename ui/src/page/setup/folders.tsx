import { React, useEffect, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { PlainButton } from "../../parts/buttons.tsx";
import { Warning } from "../../parts/text.tsx";
import { useAct } from "../../parts/use_act.ts";
import { call } from "../../protocol/call.ts";
import type { FoldersView } from "../../protocol/operations.ts";
import { Examples } from "../settings/examples.tsx";
import { Rules, asText, pairsOf, using } from "../settings/rules.tsx";
import type { Pair } from "../settings/rules.tsx";
import { Go, StepCard } from "./step_card.tsx";
import type { StepProps } from "./step_card.tsx";

const ABOUT: Readonly<Record<string, string>> = {
  found: "Found out from files that are equal on both sides. Change it only if an example is wrong.",
  same: "Stash and Plex see the same paths. Change it only if an example is wrong.",
  given: "As you wrote it, tried on your own files.",
};

/** Which folder of Stash is which folder of Plex, with real files in both directions. */
export function Folders({ next, recheck }: StepProps): ReactElement {
  const [view, show] = useState<FoldersView | null>(null);
  const [pairs, write] = useState<readonly Pair[]>([]);
  const [tried, setTried] = useState<string | null>(null);
  const reading = useAct();
  const save = useAct();
  const run = (rules: string | null): void =>
    reading.run(
      () => call("setup_folders", rules === null ? {} : { rules }),
      (found) => {
        show(found);
        setTried(rules);
        if (rules === null) write(pairsOf(found.files.rules));
      },
    );
  useEffect(() => run(null), []);
  const text = asText(pairs);
  const rules = tried === null && view && text === asText(pairsOf(view.files.rules)) ? {} : { rules: text };
  return (
    <StepCard title="How folders correspond" about={ABOUT[view?.origin ?? "found"] ?? ""}>
      <ErrorBox error={reading.error} again={() => (run(null), recheck())} />
      {!view && reading.busy && <Loading />}
      {view && (
        <>
          <Rules pairs={pairs} tried={view.files.rules} foundOut={view.origin === "found"} change={write}>
            <PlainButton disabled={reading.busy} onClick={() => run(text)}>
              Test
            </PlainButton>
          </Rules>
          {view.doubts.map((doubt) => (
            <Warning key={doubt.text}>
              {doubt.text}
            </Warning>
          ))}
          <Examples test={view} use={(rule) => write(using(pairs, rule))} />
        </>
      )}
      <ErrorBox error={save.error} again={recheck} />
      <Go disabled={!view || save.busy} onClick={() => save.run(() => call("setup_choose_folders", rules), next)}>
        Continue
      </Go>
    </StepCard>
  );
}
