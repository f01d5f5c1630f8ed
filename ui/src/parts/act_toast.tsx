import { Button, React } from "../stash/index.ts";
import type { ReactElement, Toasts } from "../stash/index.ts";

/** Say that something is done, with a button that takes it back; whatever comes of that is said the same way. */
export function sayDone(toast: Toasts, words: string, undo: (() => Promise<unknown>) | null = null): void {
  toast.success(<Done words={words} undo={undo && (() => void undo().then(() => toast.success("Taken back.")).catch(toast.error))} />);
}

const Done = ({ words, undo }: { readonly words: string; readonly undo: (() => void) | null }): ReactElement => (
  <span>
    {words}{" "}
    {undo ? (
      <Button variant="link" className="plexsync-undo" onClick={undo}>
        Undo
      </Button>
    ) : null}
  </span>
);
