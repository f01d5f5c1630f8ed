/** What is seen of a preview: chips with their numbers, a field, a text. */
import { React, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Chips } from "../../parts/buttons.tsx";
import { SearchBox, Select } from "../../parts/inputs.tsx";
import type { PreviewState } from "../../protocol/operations.ts";
import { FIELD_NAMES } from "../../words/fields.ts";
import { written } from "../../words/numbers.ts";
import type { Seen } from "./query.ts";
import { KIND_HELP, KIND_NAMES } from "./words.ts";

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
    <div className="ps-filters">
      <Chips of={chips(of).map(([name, words, number]) => [name, words, written(number, locale), KIND_HELP[name]])} chosen={seen.chip} choose={(chip) => change({ chip })} />
      <Select
        aria-label="Field"
        value={seen.field}
        onPick={(field) => change({ field })}
        of={[["", "All fields"], ...Object.entries(FIELD_NAMES).filter(([field]) => field in of.fields || field === seen.field)]}
      />
      <SearchBox label="Scene or value" text={seen.text} onText={(text) => change({ text })} />
    </div>
  );
};
