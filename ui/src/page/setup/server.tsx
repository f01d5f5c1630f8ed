import { Button, React, useEffect } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { PlainButton } from "../../parts/buttons.tsx";
import { Grey, Warning } from "../../parts/text.tsx";
import { useAct } from "../../parts/use_act.ts";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import type { ChosenServer, ServerRow } from "../../protocol/operations.ts";
import { StepCard } from "./step_card.tsx";
import type { StepProps } from "./step_card.tsx";

/** Which server: the only one is taken by itself. */
export function Server({ next, skip, isDone }: StepProps): ReactElement {
  const { value, error, refresh } = usePolled(() => call("setup_servers", {}));
  const act = useAct();
  const [warned, warn] = React.useState<ChosenServer | null>(null);
  const rows = value?.servers.filter((row) => !row.obstacle) ?? [];
  const only = rows.length === 1 ? rows[0] : undefined;
  const choose = (row: ServerRow, then: () => void): void =>
    act.run(
      () => call("setup_server", { server: row.id }),
      (found) => (found.warnings.length > 0 ? warn(found) : then()),
    );
  useEffect(() => (only && !isDone ? choose(only, skip) : undefined), [only]);
  return (
    <StepCard title="Your Plex server" about="All addresses of a server are tried at once. It gets its key only after it has said who it is.">
      <ErrorBox error={error} again={refresh} />
      <ErrorBox error={act.error} again={() => (only ? choose(only, skip) : refresh())} />
      {!value && !error && <Loading />}
      {act.busy && <p role="status">Looking for the server at its addresses…</p>}
      {warned && <Warned server={warned} next={next} />}
      {value && (!only || isDone) && !warned && <List rows={value.servers} busy={act.busy} choose={(row) => choose(row, next)} />}
      {(error || (value && rows.length === 0)) && <OtherAccount next={next} />}
    </StepCard>
  );
}

interface ListProps {
  readonly rows: readonly ServerRow[];
  readonly busy: boolean;
  readonly choose: (row: ServerRow) => void;
}

const List = ({ rows, busy, choose }: ListProps): ReactElement => (
  <ul className="ps-setup-list">
    {rows.map((row) => (
      <li key={row.id}>
        <div>
          <strong>{row.name}</strong>{" "}
          <Grey>
            {row.obstacle ? row.obstacle.text : `${row.platform} ${row.version}${row.is_seen ? "" : ", not seen lately"} · ${row.id.slice(0, 8)}`}
          </Grey>
        </div>
        {row.obstacle ? null : (
          <PlainButton disabled={busy} onClick={() => choose(row)} aria-label={`Choose ${row.name} ${row.id.slice(0, 8)}`}>
            Choose
          </PlainButton>
        )}
      </li>
    ))}
  </ul>
);

const Warned = ({ server, next }: { readonly server: ChosenServer; readonly next: () => void }): ReactElement => (
  <>
    {server.warnings.map(({ text, next_step }) => (
      <Warning key={text}>
        {text} {next_step}
      </Warning>
    ))}
    <Button variant="primary" onClick={next}>
      Continue with {server.name}
    </Button>
  </>
);

function OtherAccount({ next }: Pick<StepProps, "next">): ReactElement {
  const { busy, error, run } = useAct();
  return (
    <>
      <PlainButton disabled={busy} onClick={() => run(() => call("sign_out", {}), next)}>
        Sign in with another account
      </PlainButton>
      <ErrorBox error={error} />
    </>
  );
}
