import { Form, React, useEffect, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { Buttons, PlainButton } from "../../parts/buttons.tsx";
import { TextInput } from "../../parts/inputs.tsx";
import { WellIcon } from "../../parts/state_icon.tsx";
import { Warning } from "../../parts/text.tsx";
import { useAct } from "../../parts/use_act.ts";
import { call } from "../../protocol/call.ts";
import type { FoldersView } from "../../protocol/operations.ts";
import { written } from "../../words/numbers.ts";
import { Examples } from "../settings/examples.tsx";
import { Go, StepCard } from "./step_card.tsx";
import type { StepProps } from "./step_card.tsx";

const ABOUT: Readonly<Record<string, string>> = {
  found: "Found out from files that are equal on both sides. Change it only if an example is wrong.",
  same: "Stash and Plex see the same paths. Change it only if an example is wrong.",
  given: "As you wrote it, tried on your own files.",
};
const asText = ({ files }: FoldersView): string => files.rules.map(({ stash, plex }) => `${stash} => ${plex}`).join("; ");

/** Which folder of Stash is which folder of Plex, with real files in both directions. */
export function Folders({ next, recheck }: StepProps): ReactElement {
  const [view, show] = useState<FoldersView | null>(null);
  const [text, write] = useState("");
  const [tried, setTried] = useState<string | null>(null);
  const { locale } = useIntl();
  const reading = useAct();
  const save = useAct();
  const run = (rules: string | null): void =>
    reading.run(
      () => call("setup_folders", rules === null ? {} : { rules }),
      (found) => {
        show(found);
        setTried(rules);
        if (rules === null) write(asText(found));
      },
    );
  useEffect(() => run(null), []);
  const rules = text === (view ? asText(view) : "") && tried === null ? {} : { rules: text };
  return (
    <StepCard title="How folders correspond" about={ABOUT[view?.origin ?? "found"] ?? ""}>
      <ErrorBox error={reading.error} again={() => (run(null), recheck())} />
      {!view && reading.busy && <Loading />}
      {view && (
        <>
          <ul className="ps-setup-list">
            {view.files.rules.map((rule) => (
              <li key={rule.stash}>
                <code>{`${rule.stash} → ${rule.plex}`}</code>
                <span>
                  <WellIcon isWell={rule.found > 0} />
                  {` ${written(rule.found, locale)} of ${written(rule.files, locale)} files found`}
                </span>
              </li>
            ))}
          </ul>
          {view.doubts.map((doubt) => (
            <Warning key={doubt.text}>
              {doubt.text}
            </Warning>
          ))}
          <Form.Group controlId="plexsync-setup-rules">
            <Form.Label>Rules, as Stash’s folder =&gt; Plex’s folder, separated by a semicolon</Form.Label>
            <TextInput value={text} onText={write} />
          </Form.Group>
          <Buttons>
            <PlainButton disabled={reading.busy} onClick={() => run(text)}>
              Test
            </PlainButton>
          </Buttons>
          <Examples test={view} use={({ stash, plex }) => write(text ? `${text}; ${stash} => ${plex}` : `${stash} => ${plex}`)} />
        </>
      )}
      <ErrorBox error={save.error} again={recheck} />
      <Go disabled={!view || save.busy} onClick={() => save.run(() => call("setup_choose_folders", rules), next)}>
        Continue
      </Go>
    </StepCard>
  );
}
