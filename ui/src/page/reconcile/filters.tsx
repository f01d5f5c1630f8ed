/** What is seen of a preview: chips with their numbers, a field, a text. */
import { Form, React, useEffect, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import type { PreviewState } from "../../protocol/operations.ts";
import { written } from "../../words/numbers.ts";
import type { Seen } from "./query.ts";
import { FIELD_NAMES } from "../../words/fields.ts";
import { KIND_HELP, KIND_NAMES } from "./words.ts";

const TYPED_MS = 250;

interface FiltersProps {
  readonly of: PreviewState;
  readonly seen: Seen;
  readonly change: (change: Partial<Seen>) => void;
}

/** The chips that have rows: a name in the address, its words, and how many rows it shows. */
export function chips(of: PreviewState): readonly (readonly [string, string, number])[] {
  const kinds = Object.entries(of.kinds_found).map(([kind, number]) => [kind, KIND_NAMES[kind] ?? kind, number] as const);
  const order = Object.keys(KIND_NAMES);
  kinds.sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
  const all = [
    ["", "All", of.changes] as const,
    ...kinds,
    ["taken_away", "Taken away", of.taken_away] as const,
    ["only_locked", "Only locked", of.locks] as const,
  ];
  return all.filter(([name, , number]) => number > 0 || name === "");
}

export const Filters = ({ of, seen, change }: FiltersProps): ReactElement => {
  const { locale } = useIntl();
  return (
    <div className="plexsync-filters">
      <div className="plexsync-chips" role="group" aria-label="Show">
        {chips(of).map(([name, words, number]) => (
          <button
            key={name}
            type="button"
            className={`btn btn-secondary btn-sm${name === seen.chip ? " active" : ""}`}
            aria-pressed={name === seen.chip}
            title={KIND_HELP[name]}
            onClick={() => change({ chip: name })}
          >
            {words} <b>{written(number, locale)}</b>
          </button>
        ))}
      </div>
      <Form.Control
        as="select"
        className="input-control"
        aria-label="Field"
        value={seen.field}
        onChange={(event) => change({ field: event.target.value })}
      >
        <option value="">All fields</option>
        {Object.keys(FIELD_NAMES)
          .filter((field) => field in of.fields || field === seen.field)
          .map((field) => (
            <option key={field} value={field}>
              {FIELD_NAMES[field]}
            </option>
          ))}
      </Form.Control>
      <Search text={seen.text} onText={(text) => change({ text })} />
    </div>
  );
};

/** A text to look for; it counts once the typing rests. */
function Search({ text, onText }: { readonly text: string; readonly onText: (text: string) => void }): ReactElement {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => onText(typed), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Form.Control
      type="search"
      className="text-input"
      placeholder="Scene or value…"
      aria-label="Scene or value"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
