/** The view "Queue": what waits to be written, in the order of the work. */
import { React, useEffect, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Empty, ErrorBox } from "../../parts/answers.tsx";
import { Chips, SmallButton } from "../../parts/buttons.tsx";
import type { Chip } from "../../parts/buttons.tsx";
import { Card } from "../../parts/card.tsx";
import { SearchBox } from "../../parts/inputs.tsx";
import { useBlocks } from "../../parts/many_rows/use_blocks.ts";
import { useDeed } from "../../parts/use_deed.ts";
import { call } from "../../protocol/call.ts";
import type { LaneCount, QueueRow } from "../../protocol/operations.ts";
import { written } from "../../words/numbers.ts";
import { ago } from "../../words/time.ts";
import { usePage } from "../context.tsx";
import { ClearDialog } from "./clear_dialog.tsx";
import { Rows } from "./rows.tsx";
import { useChosen } from "./use_chosen.ts";

const LANES = ["working", "next", "waiting", "parked"] as const;
type Lane = (typeof LANES)[number];
const NAMES: Readonly<Record<Lane, string>> = { working: "Working", next: "Next", waiting: "Waiting", parked: "Parked" };
const RENEWED_MS = 3_000;

export function Queue(): ReactElement {
  const { locale } = useIntl();
  const { known, now, store } = usePage();
  const [chosen, choose] = useChosen(LANES);
  const [lanes, takeLanes] = useState<readonly LaneCount[]>([]);
  const [clearing, ask] = useState(false);
  const { lane, text } = chosen;
  const blocks = useBlocks(`${lane} ${text}`, async (offset, limit, signal) => {
    const page = await call("queue_rows", { lanes: lane ? [lane] : [], text, offset, limit }, signal);
    takeLanes((lane ? await call("queue_rows", { lanes: [], text, limit: 1 }, signal) : page).lanes);
    return page;
  });
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && blocks.refresh(), RENEWED_MS);
    return () => clearInterval(timer);
  }, [blocks]);
  const renew = (): void => {
    blocks.refresh();
    void store.refresh();
  };
  const [act, error] = useDeed(renew);
  const front = ({ row }: QueueRow): void =>
    act(call("queue_front", { scenes: [row.job.scene_id] }), ({ held }) =>
      held > 0 ? "It stays: it waits for your word, or for the end of the dry run." : "Moved to the front.",
    );
  const remove = ({ row }: QueueRow): void => act(call("queue_remove", { scenes: [row.job.scene_id] }), ({ lost }) => `Removed. ${lost.text}`);
  const last = known.overview?.activity[0]?.at ?? 0;
  const all = lanes.reduce((sum, { number }) => sum + number, 0);
  return (
    <Card
      title="Queue"
      beside={
        all > 0 ? (
          <SmallButton onClick={() => ask(true)}>
            Clear…
          </SmallButton>
        ) : null
      }
    >
      <div className="ps-filters">
        <Chips
          of={[
            ["", "All", written(all, locale)],
            ...LANES.filter((name) => name === lane || numberOf(lanes, name) > 0).map(
              (name): Chip<Lane> => [name, NAMES[name], written(numberOf(lanes, name), locale), meaningOf(lanes, name)],
            ),
          ]}
          chosen={lane}
          choose={(name) => choose({ lane: name })}
        />
        <SearchBox label="Scene, file or cause" text={text} onText={(words) => choose({ text: words })} />
      </div>
      {lane && <p className="ps-grey ps-showing">{meaningOf(lanes, lane)}</p>}
      <ErrorBox error={error} />
      <Rows
        meaning={(name) => meaningOf(lanes, name)}
        blocks={blocks}
        now={now}
        front={front}
        remove={remove}
        empty={
          <Empty>
            {text || lane
              ? "No scene of the queue fits this."
              : `The queue is empty.${last > 0 ? ` The last edit reached Plex ${ago(last, now, locale)}.` : ""}`}
          </Empty>
        }
      />
      {clearing && (
        <ClearDialog
          onCancel={() => ask(false)}
          onCleared={(words) => {
            ask(false);
            act(Promise.resolve(), words);
          }}
        />
      )}
    </Card>
  );
}

const meaningOf = (lanes: readonly LaneCount[], name: string): string => lanes.find(({ lane }) => lane === name)?.meaning ?? "";

const numberOf = (lanes: readonly LaneCount[], name: Lane): number => lanes.find(({ lane }) => lane === name)?.number ?? 0;
