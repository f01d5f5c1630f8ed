/** An undo that is under way or has just ended: how far it is, why fields stayed, and how to stop it. */
import { React, useEffect, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox } from "../../parts/answers.tsx";
import { PlainButton } from "../../parts/buttons.tsx";
import { Card } from "../../parts/card.tsx";
import { Note } from "../../parts/text.tsx";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import { counted, written } from "../../words/numbers.ts";
import { ended } from "./words.ts";

interface UndoLineProps {
  readonly undo: number;
  readonly onEnd: () => void;
}

export function UndoUnderWay({ undo, onEnd }: UndoLineProps): ReactElement | null {
  const { locale } = useIntl();
  const polled = usePolled(() => call("undo_state", { run: undo }), ({ state }) => state === "running");
  const [error, fail] = useState<Error | null>(null);
  const [asked, ask] = useState(false);
  const of = polled.value;
  const isOver = of !== null && of.state !== "running";
  useEffect(() => {
    if (isOver) onEnd();
  }, [isOver]);
  const stop = (): void => {
    ask(true);
    call("undo_stop", { run: undo }).then(polled.take).catch(fail);
  };
  const wrong = error ?? polled.error;
  if (!of) return wrong ? <ErrorBox error={wrong} /> : null;
  const left = of.counts["wanted"] ?? 0;
  const done = Object.entries(of.counts).reduce((sum, [state, number]) => (state === "wanted" ? sum : Math.max(sum, number)), 0);
  return (
    <Card>
      <h2 className="sr-only">Undo</h2>
      <div className="ps-run">
        <span role="status">
          {isOver ? ended(of, locale) : `Undoing: ${written(done, locale)} of ${counted(done + left, "scene", locale)}`}
        </span>
        {isOver ? null : (
          <>
            <progress className="ps-progress" value={done} max={Math.max(1, done + left)} aria-hidden />
            <PlainButton disabled={asked} onClick={stop}>
              Stop
            </PlainButton>
          </>
        )}
      </div>
      {isOver && of.reasons.map(([number, { text, next_step }]) => (
            <Note key={text}>
              {counted(number, "field", locale)}: {text} {next_step}
            </Note>
          ))}
      <ErrorBox error={wrong} />
    </Card>
  );
}
