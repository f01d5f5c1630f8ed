import { Form, React, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Empty, ErrorBox, Loading } from "../../parts/answers.tsx";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import type { LibraryChoice, SettingView } from "../../protocol/operations.ts";
import { written } from "../../words/numbers.ts";
import { Origin, Said } from "./setting_row.tsx";
import { useSetting } from "./use_setting.ts";

const NONE = "At least one library has to stay. To write nothing, pause PlexSync.";

/** The libraries of Plex: which ones PlexSync writes to. */
export function Libraries({ row, keep }: { readonly row: SettingView; readonly keep: (row: SettingView) => void }): ReactElement {
  const { value, error, take, refresh } = usePolled(() => call("libraries", {}));
  const editing = useSetting(row, keep);
  const [last, setLast] = useState("");
  const { locale } = useIntl();
  if (error) return <ErrorBox error={error} again={refresh} />;
  if (!value) return <Loading />;
  if (value.libraries.length === 0) return <Empty>Plex has no movie library.</Empty>;
  const toggle = (one: LibraryChoice): void => {
    const libraries = value.libraries.map((other) => (other === one ? { ...one, is_chosen: !one.is_chosen } : other));
    const chosen = libraries.filter((other) => other.is_chosen);
    setLast(chosen.length === 0 ? NONE : "");
    if (chosen.length === 0) return;
    take({ libraries, are_all: false });
    editing.save(chosen.map((other) => other.title).join("; "));
  };
  return (
    <>
      {value.libraries.map((one) => (
        <div key={one.title} className="setting ps-setting">
          <div>
            <h3>
              <label htmlFor={`plexsync-library-${one.title}`}>{one.title}</label>
            </h3>
            <div className="sub-heading">{held(one, locale)}</div>
          </div>
          <div className="ps-input">
            <Form.Check
              id={`plexsync-library-${one.title}`}
              type="switch"
              checked={one.is_chosen}
              disabled={row.origin === "environment" || editing.busy}
              onChange={() => toggle(one)}
              aria-label={`Write to ${one.title}`}
            />
          </div>
        </div>
      ))}
      <div className="ps-below">
        <Origin row={row} editing={editing} />
        {value.are_all ? "All libraries are chosen, new ones too." : "A new library of Plex stays off."}
        {last ? <div className="ps-wrong">{last}</div> : <Said row={row} editing={editing} />}
      </div>
    </>
  );
}

function held({ items, known }: LibraryChoice, locale: string): string {
  const files = `${written(items, locale)} ${items === 1 ? "item" : "items"}`;
  if (known === null) return files;
  return `${files}, Stash knows ${known === 0 ? "none" : written(known, locale)}`;
}
