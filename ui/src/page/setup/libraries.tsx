import { Form, React, useEffect, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Empty, ErrorBox, Loading } from "../../parts/answers.tsx";
import { useAct } from "../../parts/use_act.ts";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import { counted, written } from "../../words/numbers.ts";
import { Go, StepCard } from "./step_card.tsx";
import type { StepProps } from "./step_card.tsx";

/** Which libraries: those of which Stash knows files are ticked at first, and the only one is taken by itself. */
export function Libraries({ next, skip, isDone }: StepProps): ReactElement {
  const { value, error, refresh } = usePolled(() => call("setup_libraries", {}));
  const [chosen, choose] = useState<readonly string[]>([]);
  const { locale } = useIntl();
  const act = useAct();
  const save = (titles: readonly string[], then: () => void): void => act.run(() => call("setup_choose_libraries", { names: titles.join("; ") }), then);
  useEffect(() => {
    if (!value) return;
    const known = value.libraries.filter((row) => row.known > 0 && row.chosen).map((row) => row.title);
    choose(known);
    if (value.libraries.length === 1 && !isDone) save(value.libraries.map((row) => row.title), skip);
  }, [value]);
  const toggle = (title: string): void => choose(chosen.includes(title) ? chosen.filter((one) => one !== title) : [...chosen, title]);
  return (
    <StepCard title="Libraries" about="PlexSync writes to the libraries that you choose, and to no other.">
      <ErrorBox error={error} again={refresh} />
      {!value && !error && <Loading />}
      {value?.libraries.length === 0 && <Empty>Plex has no movie library. Make one for your scenes first.</Empty>}
      {value?.libraries.map((row) => (
        <Form.Check
          key={row.id}
          id={`plexsync-setup-library-${row.id}`}
          type="checkbox"
          checked={chosen.includes(row.title)}
          onChange={() => toggle(row.title)}
          label={`${row.title}: ${counted(row.files, "file", locale)}, Stash knows ${row.known ? written(row.known, locale) : "none"}`}
        />
      ))}
      <ErrorBox error={act.error} />
      <Go disabled={act.busy || chosen.length === 0} onClick={() => save(chosen, next)}>
        Continue
      </Go>
    </StepCard>
  );
}
