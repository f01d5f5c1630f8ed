import { React, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Grey } from "../../parts/text.tsx";
import { written } from "../../words/numbers.ts";
import { Names, Text } from "../reconcile/value.tsx";
import { difference, isList, picture } from "./diff.ts";
import type { Value } from "./diff.ts";

interface ValueChangeProps {
  readonly field: string;
  readonly before: Value;
  readonly after: Value;
}

/** A value and what it became, in one line. */
export function ValueChange({ field, before, after }: ValueChangeProps): ReactElement {
  const { locale } = useIntl();
  if (isList(before) || isList(after)) {
    const { added, removed, stay } = difference(isList(before) ? before : [], isList(after) ? after : []);
    const rest = stay > 0 ? `${written(stay, locale)} ${stay === 1 ? "stays" : "stay"}` : "";
    return (
      <Names added={added} removed={removed}>
        {added.length + removed.length > 0 ? rest : "only locked"}
      </Names>
    );
  }
  const shown = field === "poster" || field === "art" ? picture : (text: string): string => text;
  return (
    <>
      <Grey>
        <Text text={shown(before)} />
      </Grey>
      <Grey> → </Grey>
      {before === after ? <Grey>only locked</Grey> : <Text text={shown(after)} />}
    </>
  );
}
