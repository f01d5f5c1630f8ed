import { Button, Modal, React } from "../stash/index.ts";
import type { ReactElement, ReactNode } from "../stash/index.ts";
import { PlainButton } from "./buttons.tsx";

interface DialogProps {
  readonly title: string;
  /** The second button repeats the title's verb, with the number. */
  readonly accept: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly onAccept: () => void;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}

/** A question before something that a person should think about. Focus goes back to what opened it. */
export const Dialog = ({ title, accept, danger, busy, onAccept, onCancel, children }: DialogProps): ReactElement => (
  <Modal show onHide={onCancel} aria-labelledby="plexsync-dialog" restoreFocus>
    <Modal.Header>
      <Modal.Title id="plexsync-dialog">{title}</Modal.Title>
    </Modal.Header>
    <Modal.Body>{children}</Modal.Body>
    <Modal.Footer>
      <PlainButton onClick={onCancel}>
        Cancel
      </PlainButton>
      <Button variant={danger ? "danger" : "primary"} disabled={busy ?? false} onClick={onAccept}>
        {accept}
      </Button>
    </Modal.Footer>
  </Modal>
);
