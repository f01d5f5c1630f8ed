/** The view "Queue": what waits to be written, in the order of the work. */
import { Button, Form, React, useEffect, useIntl, useState, useToast } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { sayDone } from "../../parts/act_toast.tsx";
import { Empty, ErrorBox } from "../../parts/answers.tsx";
import { Card } from "../../parts/card.tsx";
import { useBlocks } from "../../parts/many_rows/use_blocks.ts";
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
  const toast = useToast();
  const [chosen, choose] = useChosen(LANES);
  const [lanes, takeLanes] = useState<readonly LaneCount[]>([]);
  const [clearing, ask] = useState(false);
  const [error, fail] = useState<Error | null>(null);
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
  const act = (deed: Promise<string>): void => {
    fail(null);
    deed
      .then((words) => sayDone(toast, words))
      .catch(fail)
      .finally(() => {
        blocks.refresh();
        void store.refresh();
      });
  };
  const front = ({ row }: QueueRow): void =>
    act(
      call("queue_front", { scenes: [row.job.scene_id] }).then(({ held }) =>
        held > 0 ? "It stays: it waits for your word, or for the end of the dry run." : "Moved to the front.",
      ),
    );
  const remove = ({ row }: QueueRow): void =>
    act(call("queue_remove", { scenes: [row.job.scene_id] }).then(({ lost }) => `Removed. ${lost.text}`));
  const last = known.overview?.activity[0]?.at ?? 0;
  const all = lanes.reduce((sum, { number }) => sum + number, 0);
  return (
    <Card
      title="Queue"
      beside={
        all > 0 ? (
          <Button variant="secondary" size="sm" onClick={() => ask(true)}>
            Clear…
          </Button>
        ) : null
      }
    >
      <div className="plexsync-filters">
        <div className="plexsync-chips" role="group" aria-label="Show">
          {["" as const, ...LANES.filter((name) => name === lane || numberOf(lanes, name) > 0)].map((name) => (
            <button
              key={name}
              type="button"
              className={`btn btn-secondary btn-sm${name === lane ? " active" : ""}`}
              aria-pressed={name === lane}
              title={name ? meaningOf(lanes, name) : undefined}
              onClick={() => choose({ lane: name })}
            >
              {name ? NAMES[name] : "All"} <b>{written(name ? numberOf(lanes, name) : all, locale)}</b>
            </button>
          ))}
        </div>
        <Form.Control
          type="search"
          className="text-input"
          placeholder="Scene, file or cause…"
          aria-label="Scene, file or cause"
          value={text}
          onChange={(event) => choose({ text: event.target.value })}
        />
      </div>
      {lane && <p className="plexsync-grey plexsync-showing">{meaningOf(lanes, lane)}</p>}
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
            act(Promise.resolve(words));
          }}
        />
      )}
    </Card>
  );
}

const meaningOf = (lanes: readonly LaneCount[], name: string): string => lanes.find(({ lane }) => lane === name)?.meaning ?? "";

const numberOf = (lanes: readonly LaneCount[], name: Lane): number => lanes.find(({ lane }) => lane === name)?.number ?? 0;
