/** One setting while a person changes it: the text so far, what is wrong with it, and how it is saved. */
import { useCallback, useEffect, useRef, useState } from "../../stash/index.ts";
import { call } from "../../protocol/call.ts";
import type { SettingView } from "../../protocol/operations.ts";

const TYPED_MS = 400;
const SAVED_MS = 3_000;

export interface Editing {
  readonly text: string;
  /** What is wrong with the text, "" for nothing. */
  readonly wrong: string;
  /** What the text comes to in this library. */
  readonly meaning: string;
  readonly saved: boolean;
  readonly busy: boolean;
  /** Take what is typed; it is tried, and not yet kept. */
  readonly type: (text: string) => void;
  /** Keep a text, or the one typed. */
  readonly save: (text?: string) => void;
  readonly takeOver: () => void;
}

/** Follow one setting; `keep` hears what is in force after a change. */
export function useSetting(row: SettingView, keep: (row: SettingView) => void): Editing {
  const shown = row.input === "secret" ? "" : row.value;
  const [text, setText] = useState(shown);
  const [wrong, setWrong] = useState("");
  const [meaning, setMeaning] = useState(row.meaning);
  const [saved, setSaved] = useState(false);
  const [busy, setBusy] = useState(false);
  const typed = useRef(0);
  useEffect(() => {
    setText(shown);
    setMeaning(row.meaning);
  }, [shown, row.meaning]);
  useEffect(() => {
    if (!saved) return undefined;
    const timer = setTimeout(() => setSaved(false), SAVED_MS);
    return () => clearTimeout(timer);
  }, [saved]);
  const judge = useCallback(
    (value: string) => {
      typed.current += 1;
      const turn = typed.current;
      setTimeout(() => {
        if (turn !== typed.current) return;
        call("setting_check", { key: row.key, value }).then(
          (found) => turn === typed.current && (setWrong(found.text), setMeaning(found.meaning)),
          () => undefined, // saving says what is wrong with the server
        );
      }, TYPED_MS);
    },
    [row.key],
  );
  const done = (asked: Promise<SettingView>): void => {
    typed.current += 1;
    setBusy(true);
    asked
      .then((fresh) => {
        setWrong("");
        setSaved(true);
        if (row.input === "secret") setText(""); // what is typed is kept no longer than it takes
        keep(fresh);
      })
      .catch((problem: Error) => setWrong(problem.message))
      .finally(() => setBusy(false));
  };
  return {
    text,
    wrong,
    meaning,
    saved,
    busy,
    type: (value) => {
      setText(value);
      judge(value);
    },
    save: (value = text) => {
      if (value === shown || busy) return; // Enter saves, and the input that is left then does not do it again
      setText(value);
      done(call("setting_change", { key: row.key, value }));
    },
    takeOver: () => done(call("setting_take_over", { key: row.key })),
  };
}
