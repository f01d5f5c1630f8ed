import { Button, React, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox } from "../../parts/answers.tsx";
import { SmallLink } from "../../parts/buttons.tsx";
import { Card } from "../../parts/card.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Note } from "../../parts/text.tsx";
import { useAct } from "../../parts/use_act.ts";
import { call } from "../../protocol/call.ts";
import type { SetupView } from "../../protocol/operations.ts";
import { addressOf } from "./steps.ts";

/** The steps whose answer can be another one. */
const CHANGED: readonly string[] = ["server", "libraries", "folders", "fields"];

interface FinishedProps {
  readonly setup: SetupView;
  readonly change: () => void;
}

/** A set-up that is through: the answers in force, each with its way to another one. */
export function Finished({ setup, change }: FinishedProps): ReactElement {
  const [asks, ask] = useState(false);
  const { busy, error, run } = useAct();
  return (
    <Card title="PlexSync is set up">
      <Note>If you change an answer, PlexSync stops writing until you start it again.</Note>
      <Facts
        of={[
          ...setup.steps
            .filter(({ step }) => CHANGED.includes(step))
            .map(({ step, name, answer }) => [name, <Answer key={step} of={answer} change="Change" step={step} label={`Change: ${name}`} />] as const),
          ["Taken over", <Answer of={setup.steps.find(({ step }) => step === "taking_over")?.answer} change="Look for values of another tool" step="taking_over" />],
        ]}
      />
      <p>
        <Button variant="danger" onClick={() => ask(true)}>
          Sign out…
        </Button>
      </p>
      <ErrorBox error={error} />
      {asks && (
        <Dialog title="Sign out of Plex?" accept="Sign out" danger busy={busy} onCancel={() => ask(false)} onAccept={() => run(() => call("sign_out", {}), change)}>
          PlexSync forgets the key and stops writing. What is in Plex stays.
        </Dialog>
      )}
    </Card>
  );
}

interface AnswerProps {
  readonly of: string | undefined;
  /** The words of the way to another answer, and more of them for those who cannot see what it stands beside. */
  readonly change: string;
  readonly label?: string;
  readonly step: string;
}

const Answer = ({ of, change, label = change, step }: AnswerProps): ReactElement => (
  <>
    {of}{" "}
    <SmallLink to={addressOf(step)} aria-label={label}>
      {change}
    </SmallLink>
  </>
);
