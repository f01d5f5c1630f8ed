import { Button, Link, React, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox } from "../../parts/answers.tsx";
import { Card } from "../../parts/card.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { call } from "../../protocol/call.ts";
import type { SetupView } from "../../protocol/operations.ts";
import { addressOf } from "./steps.ts";
import { useAct } from "./use_act.ts";

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
      <p className="plexsync-grey">If you change an answer, PlexSync stops writing until you start it again.</p>
      <dl className="plexsync-facts">
        {setup.steps.filter(({ step }) => CHANGED.includes(step)).map((one) => (
          <React.Fragment key={one.step}>
            <dt>{one.name}</dt>
            <dd>
              {one.answer}{" "}
              <Link className="btn btn-secondary btn-sm" to={addressOf(one.step)} aria-label={`Change: ${one.name}`}>
                Change
              </Link>
            </dd>
          </React.Fragment>
        ))}
        <dt>Taken over</dt>
        <dd>
          {setup.steps.find(({ step }) => step === "taking_over")?.answer}{" "}
          <Link className="btn btn-secondary btn-sm" to={addressOf("taking_over")}>
            Look for values of another tool
          </Link>
        </dd>
      </dl>
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
