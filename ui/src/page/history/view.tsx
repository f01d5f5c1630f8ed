/** The view "History": what PlexSync wrote, one row for each cause, and the way back. */
import { Link, React, useEffect, useHistory, useIntl, useLocation, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import { Empty, ErrorBox, Loading } from "../../parts/answers.tsx";
import { Chips, PlainButton, SmallLink } from "../../parts/buttons.tsx";
import { Card } from "../../parts/card.tsx";
import { SearchBox } from "../../parts/inputs.tsx";
import { Grey } from "../../parts/text.tsx";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import { counted } from "../../words/numbers.ts";
import { usePage } from "../context.tsx";
import { Row } from "./row.tsx";
import { UndoDialog } from "./undo_dialog.tsx";
import { UndoUnderWay } from "./undo_line.tsx";
import { useHistoryRows } from "./use_history_rows.ts";
import type { Wish } from "./wish.ts";
import { CHIPS, KINDS_OF, byDay, day } from "./words.ts";
import type { Chip } from "./words.ts";

interface Seen {
  readonly run: number;
  readonly scene: number;
  readonly text: string;
  readonly chip: Chip;
}

/** Read the address: /history, /history/RUN, and ?scene=17&q=words&show=edits. */
function read(pathname: string, search: string): Seen {
  const query = new URLSearchParams(search);
  const chip = CHIPS.find(([name]) => name === query.get("show"))?.[0] ?? "";
  const whole = (text: string | undefined | null): number => (/^\d{1,15}$/.test(text ?? "") ? Number(text) : 0);
  const run = whole(/\/history\/(\d+)/.exec(pathname)?.[1]);
  return { run, scene: whole(query.get("scene")), text: query.get("q") ?? "", chip };
}

function address({ scene, text, chip }: Omit<Seen, "run">): string {
  const query = new URLSearchParams();
  if (scene) query.set("scene", String(scene));
  if (text) query.set("q", text);
  if (chip) query.set("show", chip);
  const said = query.toString();
  return `${ADDRESS}/history${said ? `?${said}` : ""}`;
}

export function History(): ReactElement {
  const { pathname, search } = useLocation();
  const seen = read(pathname, search);
  const [wish, undo] = useState<Wish | null>(null);
  const [underWay, follow] = useState(0);
  const [turn, again] = useState(0);
  const begun = (run: number): void => {
    undo(null);
    follow(run);
  };
  return (
    <>
      {underWay ? <UndoUnderWay key={underWay} undo={underWay} onEnd={() => again(turn + 1)} /> : null}
      {seen.run ? (
        <OneRun key={`${turn} ${seen.run}`} seen={seen} onUndo={undo} />
      ) : (
        <AllRows seen={seen} turn={turn} onUndo={undo} />
      )}
      {wish && <UndoDialog wish={wish} onBegun={begun} onCancel={() => undo(null)} />}
    </>
  );
}

interface PartProps {
  readonly seen: Seen;
  readonly onUndo: (wish: Wish) => void;
}

/** The run that the address names, opened. */
function OneRun({ seen, onUndo }: PartProps): ReactElement {
  const { locale } = useIntl();
  const { now } = usePage();
  const { value, error } = usePolled((signal) => call("history_run", { run: seen.run, limit: 1 }, signal));
  const row = value?.row;
  return (
    <Card title={row ? day(row.at, now, locale) : "History"} beside={<Link to={`${ADDRESS}/history`}>All history</Link>}>
      <ErrorBox error={error} />
      {!row && !error && <Loading />}
      {row && (
        <ul className="ps-causes">
          <Row of={row} isOpen={row.scenes > 0} scene={seen.scene} text="" onOpen={() => undefined} onUndo={onUndo} />
        </ul>
      )}
    </Card>
  );
}

function AllRows({ seen, turn, onUndo }: PartProps & { readonly turn: number }): ReactElement {
  const { locale } = useIntl();
  const { now } = usePage();
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const found = useHistoryRows({ kinds: KINDS_OF[seen.chip], scene: seen.scene, text: seen.text });
  useEffect(() => {
    if (turn > 0) found.refresh();
  }, [turn]);
  const flip = (run: number): void => {
    const now = new Set(open);
    if (!now.delete(run)) now.add(run);
    setOpen(now);
  };
  const isNarrowed = seen.text !== "" || seen.chip !== "" || seen.scene > 0;
  return (
    <>
      <Filters seen={seen} days={found.days} />
      <ErrorBox error={found.error} again={found.refresh} />
      {!found.rows && !found.error && <Loading />}
      {found.rows?.length === 0 && (
        <Card>
          <Empty>{isNarrowed ? "Nothing fits." : "Nothing was written yet. What PlexSync writes to Plex stands here."}</Empty>
        </Card>
      )}
      {byDay(found.rows ?? [], now, locale).map(([name, rows]) => (
        <Card key={name} title={name}>
          <ul className="ps-causes">
            {rows.map((row) => (
              <Row
                key={row.run}
                of={row}
                isOpen={open.has(row.run)}
                scene={seen.scene}
                text={seen.text}
                onOpen={() => flip(row.run)}
                onUndo={onUndo}
              />
            ))}
          </ul>
        </Card>
      ))}
      {found.hasMore && (
        <PlainButton disabled={found.busy} onClick={found.more}>
          Show older
        </PlainButton>
      )}
    </>
  );
}

function Filters({ seen, days }: { readonly seen: Seen; readonly days: number | null }): ReactElement {
  const history = useHistory();
  const { locale } = useIntl();
  return (
    <div className="ps-filters ps-history-filters">
      <SearchBox label="Scene, field or value" text={seen.text} onText={(text) => history.replace(address({ ...seen, text }))} />
      <Chips of={CHIPS} chosen={seen.chip} choose={(chip) => history.push(address({ ...seen, chip }))} />
      {seen.scene ? <SmallLink to={address({ ...seen, scene: 0 })}>Scene {seen.scene} ×</SmallLink> : null}
      {days !== null && <Grey className="ps-grey ps-right">Kept for {counted(days, "day", locale)}</Grey>}
    </div>
  );
}
