/** A dialog with words to read, and a button that closes it. */
import { Modal, React } from "../stash/index.ts";
import type { ReactElement, ReactNode } from "../stash/index.ts";
import { PlainButton } from "./buttons.tsx";

interface Props {
  readonly id: string;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export const ReadingDialog = ({ id, title, onClose, children }: Props): ReactElement => (
  <Modal show onHide={onClose} aria-labelledby={id} restoreFocus>
    <Modal.Header>
      <Modal.Title id={id}>{title}</Modal.Title>
    </Modal.Header>
    {/* Stash lets it scroll: the keyboard has to come here for that. */}
    <Modal.Body className="ps-reading" tabIndex={0}>
      {children}
    </Modal.Body>
    <Modal.Footer>
      <PlainButton onClick={onClose}>
        Close
      </PlainButton>
    </Modal.Footer>
  </Modal>
);
