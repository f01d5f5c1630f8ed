import { Link, React, useEffect, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import { ErrorBox } from "../../parts/answers.tsx";
import { SmallButton } from "../../parts/buttons.tsx";
import { Grey } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { useAct } from "../../parts/use_act.ts";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import type { GivenBack, SetupPreview } from "../../protocol/operations.ts";
import { fieldName } from "../../words/fields.ts";
import { counted } from "../../words/numbers.ts";
import { usePage } from "../context.tsx";

interface AdoptionsProps {
  /** The last survey of all scenes, null while one is made: nothing can be given back then. */
  readonly survey: SetupPreview | null;
  readonly changed: () => void;
}

/** What was taken over before, each with its way back. */
export function Adoptions({ survey, changed }: AdoptionsProps): ReactElement | null {
  const { value, error, refresh } = usePolled(() => call("adoptions", {}));
  const { now } = usePage();
  const { locale } = useIntl();
  const [given, give] = useState<GivenBack | null>(null);
  const act = useAct();
  const undo = (run: number): void =>
    act.run(
      () => call("adopt_undo", { run }),
      (found) => {
        give(found);
        changed();
      },
    );
  useEffect(refresh, [survey]);
  if (error) return <ErrorBox error={error} again={refresh} />;
  if (!value || (value.runs.length === 0 && !given)) return null;
  return (
    <>
      <h3 className="ps-setup-part">Taken over</h3>
      <ul className="ps-setup-list">
        {value.runs.map(({ run, at, fields }) => (
          <li key={run}>
            <span>
              {fields.map(([field, number]) => `${fieldName(field)}: ${counted(number, "value", locale)}`).join(" · ")}{" "}
              <Grey>
                <Time at={at} now={now} />
              </Grey>
            </span>
            <SmallButton disabled={act.busy || !survey} onClick={() => undo(run)}>
              Give back
            </SmallButton>
          </li>
        ))}
      </ul>
      <ErrorBox error={act.error} />
      {given && (
        <p role="status">
          {`${counted(given.values, "value", locale)} count as set by hand again. `}
          {given.written > 0 && (
            <>
              {`${counted(given.written, "value", locale)} were written since: `}
              <Link to={`${ADDRESS}/history`}>undo them in the history</Link>.
            </>
          )}
        </p>
      )}
    </>
  );
}
