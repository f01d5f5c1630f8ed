import { Button, React } from "../stash/index.ts";
import type { MouseEvent, ReactElement, Toasts } from "../stash/index.ts";

/** Say that something is done, with a button that takes it back; whatever comes of that is said the same way. */
export function sayDone(toast: Toasts, words: string, undo?: () => Promise<unknown>): void {
  toast.success(<Done words={words} undo={undo && (() => void undo().then(() => toast.success("Taken back.")).catch(toast.error))} />);
}

function Done({ words, undo }: { readonly words: string; readonly undo: (() => void) | undefined }): ReactElement {
  const press = (event: MouseEvent): void => {
    event.stopPropagation(); // Stash opens a message that is clicked in a dialog of its own
    undo?.();
  };
  return (
    <span>
      {words}{" "}
      {undo && (
        <Button variant="link" className="ps-undo" onClick={press}>
          Undo
        </Button>
      )}
    </span>
  );
}
