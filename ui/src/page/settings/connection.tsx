import { Button, Link, React, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { StateIcon } from "../../parts/state_icon.tsx";
import { call } from "../../protocol/call.ts";
import type { ConnectionTest } from "../../protocol/operations.ts";
import { usePage } from "../context.tsx";
import { named } from "../overview/servers_card.tsx";

/** Which server it is, and whether it answers. */
export function Connection(): ReactElement {
  const { known } = usePage();
  const [test, setTest] = useState<ConnectionTest | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const plex = known.overview?.servers.plex;
  const run = (): void => {
    setBusy(true);
    setError(null);
    call("connection_test", {})
      .then(setTest, setError)
      .finally(() => setBusy(false));
  };
  return (
    <div className="setting plexsync-setting plexsync-is-wide">
      <div>
        <h3>Plex server</h3>
        <div className="sub-heading">
          {(plex && named(plex)) || "Plex"}
        </div>
      </div>
      <div className="plexsync-input">
        <div className="plexsync-buttons">
          <Button variant="secondary" disabled={busy} onClick={run}>
            Test
          </Button>
          <Link className="btn btn-secondary" to={`${ADDRESS}/setup`}>
            Change…
          </Link>
        </div>
        <div role="status">
          {busy && <Loading />}
          {test && !busy && (
            <p className="plexsync-tested">
              <StateIcon icon={test.is_well ? "circle-check" : "circle-exclamation"} colour={test.is_well ? "green" : "orange"} /> {test.text}
            </p>
          )}
        </div>
        <ErrorBox error={error} again={run} />
      </div>
    </div>
  );
}
