import { Icon, React, icons, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { QuietButton } from "../../parts/buttons.tsx";
import { Facts } from "../../parts/facts.tsx";
import { StateIcon } from "../../parts/state_icon.tsx";
import { SmallGrey } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import type { FieldRow, LinkedItem } from "../../protocol/operations.ts";
import { fieldName } from "../../words/fields.ts";
import { Nothing } from "../reconcile/value.tsx";
import { isEqual, mark, rowsOf } from "./words.ts";

interface FieldsProps {
  readonly of: LinkedItem;
  readonly isOneOf: number;
  readonly now: number;
  /** Null while the scene is on its way. */
  readonly useStash: ((row: FieldRow) => void) | null;
}

/** The fields of an item: those that differ in full, the equal ones behind a click. */
export function Fields({ of: item, isOneOf, now, useStash }: FieldsProps): ReactElement {
  const [open, show] = useState(false);
  const rows = rowsOf(item);
  const equal = rows.filter(isEqual);
  return (
    <>
      {isOneOf > 1 && (
        <h3>
          {item.title} <SmallGrey>in {item.library}</SmallGrey>
        </h3>
      )}
      {rows
        .filter((row) => !isEqual(row))
        .map((row) => (
          <Field key={row.field} of={row} writtenAt={item.written_at} now={now} useStash={useStash} />
        ))}
      {equal.length > 0 && (
        <div className="ps-field">
          <button type="button" className="btn btn-link ps-quiet-link" aria-expanded={open} onClick={() => show(!open)}>
            <Icon icon={open ? icons.faChevronDown : icons.faChevronRight} /> <StateIcon icon="circle-check" colour="green" /> {equal.length} {equal.length === 1 ? "field is" : "fields are"} equal
          </button>
          {open && <Facts of={equal.map((row) => [fieldName(row.field), said(row.plex)])} />}
        </div>
      )}
    </>
  );
}

interface FieldProps {
  readonly of: FieldRow;
  readonly writtenAt: number;
  readonly now: number;
  readonly useStash: ((row: FieldRow) => void) | null;
}

/** One field that differs: Plex, Stash, what was written where that is neither, and the way to have Stash's value. */
function Field({ of: row, writtenAt, now, useStash }: FieldProps): ReactElement {
  const name = fieldName(row.field);
  const stays = row.outcome === "kept";
  const text = (value: FieldRow["plex"]): string => JSON.stringify(value);
  const isThird = row.written.length > 0 && text(row.written) !== text(row.plex) && text(row.written) !== text(row.stash);
  const written = (
    <>
      {said(row.written)}
      {writtenAt > 0 && (
        <>
          , <Time at={writtenAt} now={now} />
        </>
      )}
    </>
  );
  return (
    <div className="ps-field">
      <div className="ps-field-head">
        <b>{name}</b>
        <span className={stays ? "ps-grey" : "ps-blue"}>
          {stays && <Icon icon={icons.faLock} />}
          {mark(row)}
        </span>
      </div>
      <Facts of={[["Plex", said(row.plex)], ["Stash", said(row.stash)], ["Written", isThird && written]]} />
      <SmallGrey>{row.reason}</SmallGrey>
      {row.can_overwrite && (
        <QuietButton size="sm" disabled={!useStash} onClick={() => useStash?.(row)}>
          Use Stash’s value<span className="sr-only"> ({name})</span>
        </QuietButton>
      )}
    </div>
  );
}

const said = (value: FieldRow["plex"]): ReactElement =>
  value.length === 0 ? <Nothing /> : <>{typeof value === "string" ? value : value.join(", ")}</>;
