import { Button, Icon, React, icons, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { StateIcon } from "../../parts/state_icon.tsx";
import { Time } from "../../parts/time.tsx";
import type { FieldRow, LinkedItem } from "../../protocol/operations.ts";
import { FIELD_NAMES } from "../../words/fields.ts";
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
          {item.title} <small className="plexsync-grey">in {item.library}</small>
        </h3>
      )}
      {rows
        .filter((row) => !isEqual(row))
        .map((row) => (
          <Field key={row.field} of={row} writtenAt={item.written_at} now={now} useStash={useStash} />
        ))}
      {equal.length > 0 && (
        <div className="plexsync-field">
          <button type="button" className="btn btn-link plexsync-quiet-link" aria-expanded={open} onClick={() => show(!open)}>
            <Icon icon={open ? icons.faChevronDown : icons.faChevronRight} /> <StateIcon icon="circle-check" colour="green" /> {equal.length} {equal.length === 1 ? "field is" : "fields are"} equal
          </button>
          {open && (
            <dl className="plexsync-facts">
              {equal.map((row) => (
                <React.Fragment key={row.field}>
                  <dt>{FIELD_NAMES[row.field] ?? row.field}</dt>
                  <dd>{said(row.plex)}</dd>
                </React.Fragment>
              ))}
            </dl>
          )}
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
  const name = FIELD_NAMES[row.field] ?? row.field;
  const stays = row.outcome === "kept";
  const text = (value: FieldRow["plex"]): string => JSON.stringify(value);
  const isThird = row.written.length > 0 && text(row.written) !== text(row.plex) && text(row.written) !== text(row.stash);
  return (
    <div className="plexsync-field">
      <div className="plexsync-field-head">
        <b>{name}</b>
        <span className={stays ? "plexsync-grey" : "plexsync-blue"}>
          {stays && <Icon icon={icons.faLock} />}
          {mark(row)}
        </span>
      </div>
      <dl className="plexsync-facts">
        <dt>Plex</dt>
        <dd>{said(row.plex)}</dd>
        <dt>Stash</dt>
        <dd>{said(row.stash)}</dd>
        {isThird && (
          <>
            <dt>Written</dt>
            <dd>
              {said(row.written)}
              {writtenAt > 0 && (
                <>
                  , <Time at={writtenAt} now={now} />
                </>
              )}
            </dd>
          </>
        )}
      </dl>
      <small className="plexsync-grey">{row.reason}</small>
      {row.can_overwrite && (
        <Button variant="link" size="sm" className="plexsync-quiet-link" disabled={!useStash} onClick={() => useStash?.(row)}>
          Use Stash’s value<span className="sr-only"> ({name})</span>
        </Button>
      )}
    </div>
  );
}

const said = (value: FieldRow["plex"]): ReactElement =>
  value.length === 0 ? <Nothing /> : <>{typeof value === "string" ? value : value.join(", ")}</>;
