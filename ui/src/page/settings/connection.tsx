import { Link, React, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { Buttons, PlainButton } from "../../parts/buttons.tsx";
import { WellIcon } from "../../parts/state_icon.tsx";
import { useAct } from "../../parts/use_act.ts";
import { call } from "../../protocol/call.ts";
import type { ConnectionTest } from "../../protocol/operations.ts";
import { usePage } from "../context.tsx";
import { named } from "../overview/servers_card.tsx";

/** Which server it is, and whether it answers. */
export function Connection(): ReactElement {
  const { known } = usePage();
  const [test, setTest] = useState<ConnectionTest | null>(null);
  const { busy, error, run: act } = useAct();
  const plex = known.overview?.servers.plex;
  const run = (): void => act(() => call("connection_test", {}), setTest);
  return (
    <div className="setting ps-setting ps-is-wide">
      <div>
        <h3>Plex server</h3>
        <div className="sub-heading">
          {(plex && named(plex)) || "Plex"}
        </div>
      </div>
      <div className="ps-input">
        <Buttons>
          <PlainButton disabled={busy} onClick={run}>
            Test
          </PlainButton>
          <Link className="btn btn-secondary" to={`${ADDRESS}/setup`}>
            Change…
          </Link>
        </Buttons>
        <div role="status">
          {busy && <Loading />}
          {test && !busy && (
            <p className="ps-tested">
              <WellIcon isWell={test.is_well} /> {test.text}
            </p>
          )}
        </div>
        <ErrorBox error={error} again={run} />
      </div>
    </div>
  );
}
