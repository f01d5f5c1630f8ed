/** The tab "Plex" of one scene: in sync or not and why, and what a person can do about it. */
import { Button, React, icons, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import type { KeptStanding } from "../../everywhere/kept.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { Buttons, QuietButton, SmallButton } from "../../parts/buttons.tsx";
import { Note } from "../../parts/text.tsx";
import { useDeed } from "../../parts/use_deed.ts";
import { useKept } from "../../parts/use_kept.ts";
import { useNow } from "../../parts/use_now.ts";
import { call } from "../../protocol/call.ts";
import type { Arguments } from "../../protocol/call.ts";
import type { FieldRow, LinkedItem, SceneTab as Shown } from "../../protocol/operations.ts";
import { UndoDialog } from "../history/undo_dialog.tsx";
import { UndoUnderWay } from "../history/undo_line.tsx";
import { ChooseDialog } from "../needs_you/choose_dialog.tsx";
import { Fields } from "./fields.tsx";
import { Headline } from "./headline.tsx";
import { ItemLines, OutLink, UnlinkDialog } from "./item_lines.tsx";
import { LastWrites } from "./last_writes.tsx";
import { notBefore } from "./words.ts";

export interface SceneTabProps {
  readonly scene: number;
  readonly kept: KeptStanding;
}

const RESTING_MS = 30_000;
const MOVING_MS = 2_000;

type Overwritten = NonNullable<Arguments<"overwrite">["fields"]>[number];

const overwrite = (scene: number, { rating_key }: LinkedItem, { field }: FieldRow): Promise<unknown> =>
  call("overwrite", { scene, fields: [field as Overwritten], item: rating_key });

const isMoving = (shown: Shown | null): boolean => shown?.job?.state === "queued";

export function SceneTab({ scene }: SceneTabProps): ReactElement {
  const clock = useNow();
  const [moving, setMoving] = useState(false);
  const { value, error, refresh } = useKept(() => call("scene", { scene }), scene, moving ? MOVING_MS : RESTING_MS);
  const [choosing, choose] = useState(false);
  const [unlinking, unlink] = useState<LinkedItem | null>(null);
  const [undoing, askUndo] = useState(false);
  const [underWay, follow] = useState(0);
  if (isMoving(value) !== moving) setMoving(!moving);
  const [act, problem] = useDeed(refresh);
  if (!value) return <div className="ps-scene">{error ? <ErrorBox error={error} again={refresh} /> : <Loading />}</div>;
  const now = notBefore(clock, value);
  const ignored = value.verdict === "ignored";
  const first = value.items.find(({ address }) => address);
  const scenes = [scene];
  const useStash = (item: LinkedItem) => (row: FieldRow) =>
    act(overwrite(scene, item, row), "Stash’s value is on its way to Plex.");
  return (
    <div className="ps-scene">
      <Headline of={value} now={now} />
      <Buttons>
        {ignored ? (
          <Button size="sm" onClick={() => act(call("heed", { scenes }), "No longer ignored.", () => call("ignore", { scenes }))}>
            Stop ignoring
          </Button>
        ) : (
          <Button size="sm" disabled={moving} onClick={() => act(call("sync_now", { scenes }), "The scene is looked at now.")}>
            {moving ? "On its way" : "Sync now"}
          </Button>
        )}
        {first && <OutLink href={first.address} icon={icons.faExternalLinkAlt} words="Open in Plex" />}
        {value.writes.length > 0 && (
          <SmallButton onClick={() => askUndo(true)}>
            Undo last write…
          </SmallButton>
        )}
        {ignored ? null : (
          <SmallButton
            onClick={() => act(call("ignore", { scenes }), "Scene ignored.", () => call("heed", { scenes }))}
          >
            Ignore
          </SmallButton>
        )}
      </Buttons>
      <ErrorBox error={problem} />
      <ErrorBox error={error} again={refresh} />
      {underWay ? <UndoUnderWay key={underWay} undo={underWay} onEnd={refresh} /> : null}
      {value.items.map((item) => (
        <section key={item.rating_key} className="ps-part">
          <Fields of={item} isOneOf={value.items.length} now={now} useStash={moving ? null : useStash(item)} />
          <ItemLines of={item} choose={() => choose(true)} unlink={() => unlink(item)} />
        </section>
      ))}
      {value.verdict === "ambiguous" && (
        <QuietButton onClick={() => choose(true)}>
          Choose the item…
        </QuietButton>
      )}
      {value.has_choice && (
        <Note>
          You decided about this scene’s items.{" "}
          <QuietButton
            onClick={() => act(call("undo_choice", { scene }), "The choice is forgotten.")}
          >
            Forget that
          </QuietButton>
        </Note>
      )}
      <LastWrites of={value} now={now} />
      {undoing && (
        <UndoDialog
          wish={{ run: 0, scene, fields: [], title: `Undo the last write to ‘${value.title || `scene ${scene}`}’` }}
          onBegun={(run) => {
            askUndo(false);
            follow(run);
          }}
          onCancel={() => askUndo(false)}
        />
      )}
      {choosing && (
        <ChooseDialog
          scene={scene}
          onCancel={() => choose(false)}
          onChosen={(item) => {
            choose(false);
            act(Promise.resolve(), `Item ${item} is written for this scene.`, () => call("undo_choice", { scene }));
          }}
        />
      )}
      {unlinking && (
        <UnlinkDialog
          item={unlinking.rating_key}
          onCancel={() => unlink(null)}
          onUnlink={() => {
            const item = unlinking.rating_key;
            unlink(null);
            act(call("unlink", { scene, item }), `Nothing is written to item ${item} any more.`, () => call("relink", { scene, item }));
          }}
        />
      )}
    </div>
  );
}
