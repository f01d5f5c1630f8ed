/** The question before an undo is its preview: what goes back, and what stays and why. */
import { React, useEffect, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { Chips } from "../../parts/buttons.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Grey, Note } from "../../parts/text.tsx";
import { useAct } from "../../parts/use_act.ts";
import { call } from "../../protocol/call.ts";
import type { UndoLine } from "../../protocol/operations.ts";
import { fieldName } from "../../words/fields.ts";
import { counted, written } from "../../words/numbers.ts";
import { sceneName } from "../../words/scenes.ts";
import { ValueChange } from "./value_change.tsx";
import { asked } from "./wish.ts";
import type { Wish } from "./wish.ts";
import { headline } from "./words.ts";

interface Found {
  readonly scenes: number;
  readonly going: number;
  readonly staying: number;
  readonly goes: readonly UndoLine[];
  readonly stays: readonly UndoLine[];
  readonly isDone: boolean;
}

const NONE: Found = { scenes: 0, going: 0, staying: 0, goes: [], stays: [], isDone: false };
const MOST_LINES = 200;

interface UndoDialogProps {
  readonly wish: Wish;
  readonly onBegun: (undo: number) => void;
  readonly onCancel: () => void;
}

export function UndoDialog({ wish, onBegun, onCancel }: UndoDialogProps): ReactElement {
  const { locale } = useIntl();
  const [found, take] = useState<Found>(NONE);
  const [error, fail] = useState<Error | null>(null);
  const begin = useAct();
  const [turn, again] = useState(0);
  const [seen, see] = useState<"goes" | "stays">("goes");
  useEffect(() => {
    const asking = new AbortController();
    fail(null);
    lookThrough(wish, take, asking.signal).catch((problem: unknown) => asking.signal.aborted || fail(problem as Error));
    return () => asking.abort();
  }, [turn]);
  return (
    <Dialog
      title={wish.title}
      accept={found.isDone && found.going > 0 ? `Undo in ${counted(found.going, "scene", locale)}` : "Undo"}
      busy={begin.busy || !found.isDone || found.going === 0}
      onAccept={() => begin.run(() => call("undo_start", asked(wish)), ({ run }) => onBegun(run))}
      onCancel={onCancel}
    >
      <ErrorBox error={error} again={() => again(turn + 1)} />
      <ErrorBox error={begin.error} />
      {found.isDone && <Summary {...{ found, seen, see }} />}
      {!found.isDone && !error && (
        <>
          <Loading />
          <Note role="status">
            {found.scenes > 0 ? `Looked at ${counted(found.scenes, "scene", locale)}.` : "Looking at what Plex shows now."}
          </Note>
        </>
      )}
    </Dialog>
  );
}

/** Ask for one part after the other. */
async function lookThrough(wish: Wish, take: (found: Found) => void, signal: AbortSignal): Promise<void> {
  let found = NONE;
  let cursor = 0;
  do {
    const part = await call("undo_preview", { ...asked(wish), cursor }, signal);
    cursor = part.cursor;
    found = {
      scenes: found.scenes + part.scenes,
      going: found.going + part.going,
      staying: found.staying + part.staying,
      goes: [...found.goes, ...part.going_lines].slice(0, MOST_LINES),
      stays: [...found.stays, ...part.staying_lines].slice(0, MOST_LINES),
      isDone: cursor === 0,
    };
    take(found);
  } while (cursor !== 0);
}

interface SummaryProps {
  readonly found: Found;
  readonly seen: "goes" | "stays";
  readonly see: (seen: "goes" | "stays") => void;
}

function Summary({ found, seen, see }: SummaryProps): ReactElement {
  const { locale } = useIntl();
  const lines = found[seen];
  const notes = [...new Set(found.goes.flatMap((line) => line.notes.map(({ text }) => text)))];
  const chips = [
    ["goes", "Go back", found.going],
    ["stays", "Stay", found.staying],
  ] as const;
  return (
    <>
      <p className="ps-undo-headline">{headline(found.going, found.scenes, locale)}</p>
      <Note>
        {found.staying > 0 ? `In ${counted(found.staying, "scene", locale)} something stays as it is. ` : ""}
        PlexSync does not write these values again until the value in Stash itself changes.
        {notes.map((text) => ` ${text}`)}
      </Note>
      <Chips of={chips.filter(([, , number]) => number > 0).map(([name, words, number]) => [name, words, written(number, locale)])} chosen={seen} choose={see} />
      <Lines lines={lines} />
    </>
  );
}

const SHOWN = 60;

function Lines({ lines }: { readonly lines: readonly UndoLine[] }): ReactElement {
  const shown = lines.filter(({ field }) => field !== "sort_title").slice(0, SHOWN);
  return (
    <ul className="ps-undo-lines" tabIndex={0} aria-label="Fields">
      {shown.map((line) => (
        <li key={`${line.scene_id} ${line.rating_key} ${line.field}`}>
          <span>{sceneName(line)}</span>
          <Grey>{fieldName(line.field)}</Grey>
          <span>{line.goes ? <ValueChange field={line.field} before={line.now} after={line.then} /> : line.advice.text}</span>
        </li>
      ))}
      {lines.length > shown.length && lines.length > SHOWN && <li className="ps-grey">… and more</li>}
    </ul>
  );
}
