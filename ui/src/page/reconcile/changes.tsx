/** The list of what would change: one row for each field. */
import { React, useIntl } from "../../stash/index.ts";
import type { IntlShape, ReactElement } from "../../stash/index.ts";
import { Empty } from "../../parts/answers.tsx";
import type { Column } from "../../parts/many_rows/column.ts";
import { ManyRows } from "../../parts/many_rows/many_rows.tsx";
import { useBlocks } from "../../parts/many_rows/use_blocks.ts";
import { SceneLink } from "../../parts/scene_link.tsx";
import { Grey, NarrowHead, NarrowLine, SmallGrey } from "../../parts/text.tsx";
import { call } from "../../protocol/call.ts";
import type { Arguments } from "../../protocol/call.ts";
import type { PreviewRow, PreviewState } from "../../protocol/operations.ts";
import { FIELD_NAMES } from "../../words/fields.ts";
import { written } from "../../words/numbers.ts";
import { sceneName } from "../../words/scenes.ts";
import type { Seen } from "./query.ts";
import { Names, Text } from "./value.tsx";

interface ChangesProps {
  readonly of: PreviewState;
  readonly seen: Seen;
  readonly onOpen: (scene: number) => void;
}

type Filter = Omit<Arguments<"preview_rows">, "offset" | "limit">;

/** The filter as the operation takes it; a chip stands for a kind, or for one of two questions. */
export function filterOf({ chip, field, text }: Seen): Filter {
  const kind = chip === "taken_away" || chip === "only_locked" ? "" : chip;
  const asked = { kind, field, text, taken_away: chip === "taken_away", only_locked: chip === "only_locked" };
  return asked as Filter;
}

export function Changes({ of, seen, onOpen }: ChangesProps): ReactElement {
  const { locale } = useIntl();
  const filter = filterOf(seen);
  const key = JSON.stringify([of.asked_at, filter]);
  const blocks = useBlocks<PreviewRow>(key, (offset, limit, signal) => call("preview_rows", { ...filter, offset, limit }, signal));
  const isNarrowed = seen.chip !== "" || seen.field !== "" || seen.text !== "";
  return (
    <>
      {isNarrowed && blocks.total !== null && (
        <p className="ps-grey ps-showing" role="status">
          Showing {written(blocks.total, locale)} of {written(of.changes, locale)}. All {written(of.changes, locale)} would be
          written.
        </p>
      )}
      <ManyRows
        label="Changes"
        blocks={blocks}
        columns={columns(locale)}
        narrow={(row) => <Narrow row={row} />}
        begins={(row, before) => row.scene_id !== before?.scene_id}
        onOpen={(row) => onOpen(row.scene_id)}
        empty={<Empty>{isNarrowed ? "No row fits this filter." : "No changes."}</Empty>}
      />
    </>
  );
}

const isList = (row: PreviewRow): boolean => row.added.length + row.removed.length + row.stay > 0;
const isSaid = (row: PreviewRow): boolean => row.field === "";

const columns = (locale: IntlShape["locale"]): readonly Column<PreviewRow>[] => [
  { name: "Scene", width: "minmax(0, 1.5fr)", cell: (row, before) => <Scene {...{ row, before }} /> },
  { name: "Field", width: "6.5rem", cell: (row) => FIELD_NAMES[row.field] ?? "" },
  {
    name: "In Plex now",
    width: "minmax(0, 2fr)",
    cell: (row) => <Now row={row} locale={locale} />,
    span: (row) => (isList(row) || isSaid(row) ? 2 : 1),
  },
  { name: "Will be", width: "minmax(0, 2fr)", cell: (row) => <After row={row} /> },
  { name: "Why", width: "minmax(0, 1.3fr)", cell: (row) => <SmallGrey>{row.why}</SmallGrey> },
];

/** The scene's name where it begins; a second item of it is said to be one. */
function Scene({ row, before }: { readonly row: PreviewRow; readonly before: PreviewRow | undefined }): ReactElement {
  const name = sceneName(row);
  if (row.scene_id === before?.scene_id) {
    const another = row.rating_key !== before.rating_key;
    return (
      <>
        <span className="sr-only">{name}</span>
        {another && <SmallGrey>another item, in {row.library}</SmallGrey>}
      </>
    );
  }
  return (
    <SceneLink of={row} />
  );
}

const Now = ({ row, locale }: { readonly row: PreviewRow; readonly locale: string }): ReactElement =>
  isList(row) ? (
    <Names added={row.added} removed={row.removed}>
      {row.stay > 0 ? `${written(row.stay, locale)} ${row.stay === 1 ? "stays" : "stay"}` : ""}
    </Names>
  ) : (
    <Grey>
      <Text text={row.before} />
    </Grey>
  );

const After = ({ row }: { readonly row: PreviewRow }): ReactElement => (
  <>
    <Grey aria-hidden>
      →{" "}
    </Grey>
    <Text text={row.after} />
  </>
);

/** Two lines on a phone: scene and field, then now and after. */
function Narrow({ row }: { readonly row: PreviewRow }): ReactElement {
  const { locale } = useIntl();
  return (
    <>
      <NarrowHead>
        <b>{sceneName(row)}</b> <Grey>{FIELD_NAMES[row.field] ?? row.why}</Grey>
      </NarrowHead>
      <NarrowLine>
        <Now row={row} locale={locale} /> {isList(row) || isSaid(row) ? null : <After row={row} />}
      </NarrowLine>
    </>
  );
}
