import { Link, React } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import { Note } from "../../parts/text.tsx";
import type { SettingView, SettingsSection } from "../../protocol/operations.ts";
import { Connection } from "./connection.tsx";
import { Folders } from "./folders.tsx";
import { Libraries } from "./libraries.tsx";
import { PolicyRow } from "./policy_row.tsx";
import { SettingRow } from "./setting_row.tsx";
import { isPolicy } from "./words.ts";

interface SectionProps {
  readonly section: SettingsSection;
  readonly keep: (row: SettingView) => void;
  /** Whether only some rows are shown, because a person looks for them. */
  readonly isSearch: boolean;
}

/** One group of settings; the last one is closed at first. */
export function Section({ section, keep, isSearch }: SectionProps): ReactElement {
  const rows = section.rows.map((row) => <Row key={row.key} row={row} keep={keep} />);
  const card = (
    <div className="card">
      {section.name === "connection" && !isSearch && <Connection />}
      {rows}
    </div>
  );
  if (section.name === "expert" && !isSearch) {
    return (
      <details className="setting-section" id="expert">
        <summary>
          <h2>{section.title}</h2>
        </summary>
        {card}
      </details>
    );
  }
  return (
    <section className="setting-section" id={section.name}>
      <h2>{section.title}</h2>
      {section.name === "fields" && (
        <Note>
          Who wins, field by field. After a change, <Link className="ps-link" to={`${ADDRESS}/reconcile`}>preview a reconcile</Link> to see what it does.
        </Note>
      )}
      {card}
    </section>
  );
}

function Row({ row, keep }: { readonly row: SettingView; readonly keep: (row: SettingView) => void }): ReactElement {
  if (isPolicy(row.key)) return <PolicyRow row={row} keep={keep} />;
  if (row.key === "plex_libraries") return <Libraries row={row} keep={keep} />;
  if (row.key === "path_map") return <Folders row={row} keep={keep} />;
  return <SettingRow row={row} keep={keep} />;
}
